"""What the shop wrote into a payment's metadata: context and transaction id.

Metadata is written by the shop's code, so anything may stand there. A value that cannot be
believed is left out and named in the notes; it never costs the shop the payment. The keys are
listed in the README ("Tie the payment to its session").
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from shared.domain.cookies import client_id_from, session_from
from shared.domain.placeholder import is_placeholder

MAX_TRANSACTION_ID_LENGTH: Final = 100  # GA4 cuts parameter values there, and cut ids merge
MAX_USER_ID_LENGTH: Final = 256
# Only these are named in a note: any other key is the shop's own, and may be anything.
_KEYS: Final = frozenset(
    """
    ga_captured_at ga_client_id ga_consent_ad_personalization ga_consent_ad_user_data
    ga_consent_analytics ga_cookie ga_page_location ga_session_cookie ga_session_id
    ga_session_number ga_transaction_id ga_user_agent ga_user_id
    """.split()
)
_NEVER_NUMBERS: Final = frozenset({"ga_page_location", "ga_user_agent"})
_DIGITS: Final = re.compile(r"[0-9]{1,12}", re.ASCII)
_PLACEHOLDER: Final = "blank or a placeholder"


class Metadata:
    """A payment's metadata, and the names of what in it could not be used.

    Attributes:
        notes: `metadata.KEY: problem` for each value that was left out, never the value.
    """

    def __init__(self, raw: msgspec.Raw, *, at: str = "metadata") -> None:
        self.notes: list[str] = []
        self._at = at
        self._texts: dict[str, str] = {}
        try:
            found = msgspec.json.decode(raw) if bytes(raw) else None
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            found = ()
        if isinstance(found, Mapping):
            for key, value in found.items():
                self._keep(key, value)
        elif found is not None:
            self.notes.append(f"{self._at}: not an object")

    def _keep(self, key: str, value: object) -> None:
        if isinstance(value, str):
            self._texts[key] = value.strip()
        elif type(value) is int and key not in _NEVER_NUMBERS:
            self._texts[key] = str(value)  # a number is as good as its text
        elif key in _KEYS:
            self.notes.append(f"{self._at}.{key}: not a string")

    def text(self, key: str) -> str | None:
        """Return the value of `key`, stripped; None where it is absent or empty."""
        return self._texts.get(key) or None

    def transaction_id(self, keys: Sequence[str]) -> str | None:
        """Return the first usable value among `keys`; None where there is none.

        A placeholder is passed over, and an id of over 100 characters, which GA4 would cut: all
        orders with the same placeholder, or alike up to there, would be merged into one. So is an
        e-mail address: GA4 forbids it, and the ledger and the log keep no personal data.
        """
        for key in keys:
            found = self.text(key)
            if found is None:
                continue
            if is_placeholder(found):
                self.notes.append(f"{self._at}.{key}: {_PLACEHOLDER}")
            elif len(found) > MAX_TRANSACTION_ID_LENGTH:
                self.notes.append(f"{self._at}.{key}: longer than {MAX_TRANSACTION_ID_LENGTH}")
            elif "@" in found:
                self.notes.append(f"{self._at}.{key}: looks like an e-mail address")
            else:
                return found
        return None

    def context(self) -> Context:
        """Return who and which session the metadata speaks of, as far as believable."""
        session_id, session_number = self._session()
        return Context(
            client_id=self._client_id(),
            session_id=session_id,
            session_number=self._number("ga_session_number") or session_number,
            user_id=self._user_id(),
            consent=Consent(
                # Somebody answered and we cannot read it: the safe side is not to measure.
                analytics=self._choice("ga_consent_analytics", unreadable=Choice.DENIED),
                ad_user_data=self._choice("ga_consent_ad_user_data"),
                ad_personalization=self._choice("ga_consent_ad_personalization"),
            ),
            user_agent=self.text("ga_user_agent"),
            page_location=self.text("ga_page_location"),
            captured_at=self._moment("ga_captured_at"),
        )

    def _client_id(self) -> str | None:
        for key in ("ga_client_id", "ga_cookie"):
            if (value := self.text(key)) is None:
                continue
            reading = client_id_from(value)
            if reading.client_id is not None:
                return reading.client_id
            self.notes.append(f"{self._at}.{key}: {reading.problem}")
        return None

    def _session(self) -> tuple[int | None, int | None]:
        for key in ("ga_session_id", "ga_session_cookie"):
            if (value := self.text(key)) is None:
                continue
            reading = session_from(value)
            if reading.session_id is not None:
                return reading.session_id, reading.session_number
            self.notes.append(f"{self._at}.{key}: {reading.problem}")
        return None, None

    def _user_id(self) -> str | None:
        value = self.text("ga_user_id")
        if value is None:
            return None
        if is_placeholder(value):
            self.notes.append(f"{self._at}.ga_user_id: {_PLACEHOLDER}")
            return None
        if "@" in value:
            self.notes.append(f"{self._at}.ga_user_id: looks like an e-mail address")
            return None
        if len(value) > MAX_USER_ID_LENGTH:
            self.notes.append(f"{self._at}.ga_user_id: longer than {MAX_USER_ID_LENGTH}")
            return None
        return value

    def _choice(self, key: str, *, unreadable: Choice | None = None) -> Choice | None:
        value = self.text(key)
        if value is None:
            return None
        choice = Choice.read(value)
        if choice is None:
            self.notes.append(f"{self._at}.{key}: neither granted nor denied")
            return unreadable
        return choice

    def _number(self, key: str) -> int | None:
        value = self.text(key)
        if value is None:
            return None
        if not _DIGITS.fullmatch(value):
            self.notes.append(f"{self._at}.{key}: not a number")
            return None
        return int(value)

    def _moment(self, key: str) -> datetime | None:
        seconds = self._number(key)
        if seconds is None:
            return None
        try:
            return datetime.fromtimestamp(seconds, UTC)
        except (ValueError, OverflowError):
            self.notes.append(f"{self._at}.{key}: not Unix seconds")
            return None
