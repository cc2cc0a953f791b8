"""What the shop wrote into a payment's metadata: context and transaction id.

Metadata is written by the shop's code, so anything may stand there. A value that cannot be
believed is left out and named in the notes; it never costs the shop the payment. The keys are
listed in docs/guides/metadata.md.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Final

import msgspec

from shared.domain.consent import Choice
from shared.domain.context import Context
from shared.domain.context_reader import RawContext, read_context
from shared.domain.identifiers import is_placeholder
from shared.domain.notes import Notes
from shared.domain.streams import CLICK_IDS

MAX_TRANSACTION_ID_LENGTH: Final = 100  # GA4 cuts parameter values there, and cut ids merge
# Only these are named in a note: any other key is the shop's own, and may be anything.
_KEYS: Final = frozenset(
    """
    ga_app_instance_id ga_captured_at ga_client_id ga_consent_ad_personalization
    ga_consent_ad_storage ga_consent_ad_user_data ga_consent_analytics ga_cookie ga_gad_campaignid
    ga_gad_source ga_gbraid ga_gclid ga_page_location ga_session_cookie ga_session_id
    ga_session_number ga_transaction_id ga_user_agent ga_user_id ga_wbraid
    """.split()
)
_NEVER_NUMBERS: Final = frozenset({"ga_page_location", "ga_user_agent"})
_UNREADABLE: Final = "\ufffd"
_CONSENT: Final = ("analytics", "ad_user_data", "ad_personalization", "ad_storage")
_ALL_CONSENT: Final = "gaconsent"
# Without case and signs, and by Google's own name of the first question too.
_QUESTIONS: Final = {
    f"{_ALL_CONSENT}analytics": "analytics",
    f"{_ALL_CONSENT}analyticsstorage": "analytics",
    f"{_ALL_CONSENT}aduserdata": "ad_user_data",
    f"{_ALL_CONSENT}adpersonalization": "ad_personalization",
    f"{_ALL_CONSENT}adstorage": "ad_storage",
}
_CONSENT_KEY: Final = "consent"
_SIGNS: Final = re.compile(r"[\s._-]+")
SESSION_PREFIX: Final = "ga_session_cookie_"


def decode_metadata(raw: msgspec.Raw) -> object:
    """Return metadata as JSON's types; None where there is none.

    One broken character costs its value and no other: it is read as U+FFFD. Of a key that stands
    there twice the last one counts, and of consent the stricter one.

    Raises:
        ValueError: It is no JSON.
        RecursionError: It is nested too deeply.
    """
    if not bytes(raw):
        return None
    try:
        found = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeError):
        whole = json.loads(bytes(raw).decode(errors="replace"), object_pairs_hook=_strictest)
        readable = json.dumps(whole, ensure_ascii=False).encode("utf-16", "surrogatepass")
        return json.loads(readable.decode("utf-16", "replace"))
    keys = found if isinstance(found, dict) else ()
    answers = sum([_CONSENT_KEY in key.lower() for key in keys])
    text = bytes(raw).lower()
    # An escape may hide the word.
    if text.count(_CONSENT_KEY.encode()) + text.count(b"\\u") > answers:
        return json.loads(bytes(raw), object_pairs_hook=_strictest)
    return found


def _strictest(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """Return an object; of two answers about consent under one key it has the stricter one."""
    found: dict[str, object] = {}
    for key, value in pairs:
        both = key in found and _CONSENT_KEY in key.lower()
        found[key] = stricter_answer(found[key], value) if both else value
    return found


def consent_of_key(key: str) -> str | None:
    """Return the question that a key answers, in any case and with any signs in it; else None."""
    return _QUESTIONS.get(_plain(key))


@lru_cache(maxsize=256)  # a shop writes the same keys every time
def _plain(key: str) -> str:
    return _SIGNS.sub("", key).lower()


def is_nothing(value: object) -> bool:
    """Return whether what stands in an object's place is empty: nothing can be denied in it."""
    return value is None or value in ("", [])


def _is_grant(answer: object) -> bool:
    return isinstance(answer, str) and Choice.read(answer) is Choice.GRANTED


def stricter_answer(one: object, other: object) -> object:
    """Return the answer that counts of two to one question: what is no clear grant is a denial."""
    answers = [a for a in (one, other) if not (isinstance(a, str) and not a.strip())]
    for answer in answers:
        if not _is_grant(answer):
            return answer
    return answers[0] if answers else ""


class Metadata:
    """A payment's metadata, and the names of what in it could not be used.

    Attributes:
        notes: `metadata.KEY: problem` for each value that was left out, never the value.
    """

    def __init__(self, raw: msgspec.Raw, *, at: str = "metadata", listed: bool = False) -> None:
        """Read metadata.

        Args:
            raw: An object, as JSON.
            at: What the sender calls it, for the notes.
            listed: Whether it may also be a list of names and values, of which texts alone count.
        """
        self.notes = Notes().under(at)
        self._texts: dict[str, str] = {}
        self._others: dict[str, str] = {}
        self._consent: dict[str, object] = {}
        try:
            values = decode_metadata(raw)
        except (ValueError, RecursionError):
            self._deny()
            values = None
        pairs: Iterable[tuple[object, object]] = ()
        if isinstance(values, dict):
            pairs = values.items()
        elif listed and isinstance(values, list):
            pairs = map(_pair, values)
        elif values is not None:
            self.notes.add("", "not an object")
            if not is_nothing(values):
                self._deny()
        for key, value in pairs:
            if isinstance(key, str):
                self._keep(key, value)
            else:
                self._deny()

    def _deny(self) -> None:
        """Take it that everything is denied: a denial may stand in what cannot be read."""
        self._consent = dict.fromkeys(_CONSENT, None)

    def _keep(self, key: str, value: object) -> None:
        text = value.strip() if isinstance(value, str) and _UNREADABLE not in value else None
        plain = _plain(key)
        if (name := _QUESTIONS.get(plain)) is not None:
            # Whatever it is: an answer that is no clear grant is a denial.
            answer = value if text is None else text
            known = name in self._consent
            self._consent[name] = stricter_answer(self._consent[name], answer) if known else answer
        elif plain == _ALL_CONSENT:
            self._keep_all(value)
        elif text:
            self._texts[key] = text
        elif text is not None:
            self._texts.pop(key, None)  # of two entries of a list the last one counts
        elif type(value) is int and key not in _NEVER_NUMBERS:
            self._texts[key] = str(value)  # a number is as good as its text
        elif isinstance(value, bool | float):
            self._others[key] = json.dumps(value)
            if key in _KEYS:
                self.notes.add(key, "not a string")
        elif key in _KEYS:
            self.notes.add(
                key, "has unreadable bytes" if isinstance(value, str) else "not a string"
            )

    def _keep_all(self, value: object) -> None:
        """Keep what one key says of several questions: an object, as it is or as text."""
        if isinstance(value, str):
            with suppress(msgspec.DecodeError, RecursionError):
                value = msgspec.json.decode(value)
        if isinstance(value, Mapping) and value:
            answers = {f"{_ALL_CONSENT}.{name}": answer for name, answer in value.items()}
            for name in filter(consent_of_key, answers):
                self._keep(name, answers[name])
        elif not (isinstance(value, str) and (not value.strip() or _is_grant(value))):
            self._deny()

    def text(self, key: str) -> str | None:
        """Return the value of `key`, stripped; None where it is absent or empty."""
        return self._texts.get(key)

    def field(self, key: str) -> str | None:
        """Return the value of `key` as a rule of `ROUTES` compares it, whatever type it has."""
        return self.text(key) or self._others.get(key)

    def transaction_id(self, keys: Sequence[str]) -> str | None:
        """Return the first usable value among `keys`; None where there is none.

        A placeholder is passed over, and an id of over 100 characters, which GA4 would cut: all
        orders with the same placeholder, or alike up to there, would be merged into one. So is an
        e-mail address: GA4 forbids it, and the ledger and the log keep no personal data.
        """
        for key in keys:
            value = self.text(key)
            if value is None:
                continue
            if is_placeholder(value):
                self.notes.add(key, "blank or a placeholder")
            elif len(value) > MAX_TRANSACTION_ID_LENGTH:
                self.notes.add(key, f"longer than {MAX_TRANSACTION_ID_LENGTH}")
            elif "@" in value:
                self.notes.add(key, "looks like an e-mail address")
            else:
                return value
        return None

    def context(self, user_id: str | None = None) -> Context:
        """Return who and which session the metadata speaks of, as far as believable.

        Args:
            user_id: The shop's id of the user, where the provider knows it and the metadata does
                not say.
        """
        text = self._texts.get
        raw = RawContext(
            client_id=text("ga_client_id"),
            client_cookie=text("ga_cookie"),
            session_id=text("ga_session_id"),
            session_cookie=text("ga_session_cookie"),
            session_number=text("ga_session_number"),
            user_id=text("ga_user_id") or user_id,
            consent=self._consent,
            user_agent=text("ga_user_agent"),
            page_location=text("ga_page_location"),
            captured_at=text("ga_captured_at"),
            session_cookies={
                key.removeprefix(SESSION_PREFIX): text
                for key, text in self._texts.items()
                if key.startswith(SESSION_PREFIX)
            },
            app_instance_id=text("ga_app_instance_id"),
            click_ids={name: text(f"ga_{name}", "") for name in CLICK_IDS},
        )
        return read_context(raw, self.notes, name_of=_key_of)


def _pair(entry: object) -> tuple[object, object]:
    """Return the name and the text of an entry of a list; no name where it has another form."""
    if not isinstance(entry, dict):
        return None, None
    value = entry.get("value")
    return entry.get("name"), value if isinstance(value, str) else None


def _key_of(field: str) -> str:
    """Return the key under which the shop writes a field."""
    if field == "client_cookie":
        return "ga_cookie"
    return f"ga_{field.removeprefix('click_ids.').replace('.', '_')}"
