"""A denial in a capture that is refused.

A sender that writes `false` or `no` where `denied` belongs gets 400 with the field. The denial
counts all the same (docs/decisions/0029-what-a-capture-must-be.md).
"""

from typing import Annotated, Any

import msgspec

from shared.decoding import read
from shared.domain.consent import Choice, Consent
from shared.errors import UnusableError
from shared.messages.capture import MAX_REFERENCES, Reference

_References = Annotated[tuple[Reference, ...], msgspec.Meta(max_length=MAX_REFERENCES)]


class _Refused(msgspec.Struct, frozen=True):
    references: _References
    consent: Any = None


def denied_in(raw: bytes) -> tuple[tuple[str, ...], Consent]:
    """Return what a refused capture denies, under which references.

    Whatever was refused about it: an answer that is there and is no clear grant is a denial, and so
    is every answer where `consent` is no object. What is empty is no answer.

    Args:
        raw: Its JSON, or not; a broken character costs its value and no other.
    """
    try:
        refused = read(raw.decode(errors="replace").encode(), _Refused)
    except UnusableError:
        return (), Consent()
    given = refused.consent
    names = ("analytics", "ad_user_data", "ad_personalization")
    answers = [given.get(name) if isinstance(given, dict) else given for name in names]
    analytics, ad_user_data, ad_personalization = map(_denial, answers)
    return refused.references, Consent(analytics, ad_user_data, ad_personalization)


def _denial(answer: object) -> Choice | None:
    """Return a denial for what is no clear grant; None for no answer and for a grant."""
    if answer is None or answer == "":
        return None
    granted = isinstance(answer, str) and Choice.read(answer) is Choice.GRANTED
    return None if granted else Choice.DENIED
