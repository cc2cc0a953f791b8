"""What the operator chose for senders of Standard Webhooks."""

from typing import Literal

import msgspec

from shared.changed import replace
from shared.providers.transaction_ids import DEFAULT_KEYS
from shared.webhooks.schemes import STANDARD, Scheme


class StandardOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Choices of the `standard` entry of `PAYMENT_PROVIDERS`.

    Attributes:
        transaction_id_keys: As every provider has them. A billing event names its transaction id
            itself, so nothing is looked for under them.
        key_encoding: How a secret stands for its key: `base64`, as the standard says, the bare
            text (`raw`), or `either`.
    """

    transaction_id_keys: tuple[str, ...] = DEFAULT_KEYS
    key_encoding: Literal["base64", "raw", "either"] = "base64"


def scheme(options: StandardOptions) -> Scheme:
    """Return how this sender signs.

    Args:
        options: The operator's choices.
    """
    key: Literal["utf-8", "base64", "either"] = (
        "utf-8" if options.key_encoding == "raw" else options.key_encoding
    )
    other = STANDARD.alternative
    return replace(STANDARD, key=key, alternative=other and replace(other, key=key))
