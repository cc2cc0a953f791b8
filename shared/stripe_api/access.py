"""As whom Stripe's API is asked, and until when."""

import re
from typing import Final

import msgspec

from shared.errors import MisconfiguredError, UnusableError
from shared.secrets.secret import Secret
from shared.stripe_api.reply import SETTING

# What may stand in a header: nothing that ends one. Stripe's own are made of these.
_KEY: Final = re.compile(r"[A-Za-z0-9_]{1,255}")
_CONTEXT: Final = re.compile(r"[A-Za-z0-9_]{1,64}(/[A-Za-z0-9_]{1,64}){0,3}")
_CONNECTED: Final = re.compile(r"acct_[A-Za-z0-9]{1,64}")


class Access(msgspec.Struct, frozen=True):
    """As whom Stripe's API is asked about one event, and until when.

    Attributes:
        key: The restricted key.
        account: The account the event belongs to where that is not the key's own: a connected
            account, or a path of accounts as thin events of organisations name it.
        live: False for an event of the test mode.
        give_up_at: The loop's time at which every question is given up.
    """

    key: Secret
    account: str | None
    live: bool
    give_up_at: float

    def headers(self) -> dict[str, str]:
        """Return the headers that name the account; the key is in none of them.

        Raises:
            MisconfiguredError: The key is none of Stripe's, or of the other mode: what that key
                does not find may exist.
            UnusableError: The account cannot be one.
        """
        if not _KEY.fullmatch(self.key.reveal()):
            raise MisconfiguredError(f"{SETTING}: not a key of Stripe's")
        if ("_test_" if self.live else "_live_") in self.key.reveal():
            mode, other = ("live", "test") if self.live else ("test", "live")
            raise MisconfiguredError(
                f"{SETTING}: a {other} mode key cannot read {mode} mode events"
            )
        if self.account is None:
            return {}
        if not _CONTEXT.fullmatch(self.account):
            raise UnusableError("account", "not an account of Stripe's")
        connected = _CONNECTED.fullmatch(self.account)
        return {"stripe-account" if connected else "stripe-context": self.account}
