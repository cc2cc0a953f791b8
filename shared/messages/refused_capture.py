"""A denial in a capture that is refused.

A sender that writes `false` where `denied` belongs gets 400 with the field. The denial counts all
the same (docs/decisions/0029-what-a-capture-must-be.md).
"""

from typing import Annotated

import msgspec

from shared.decoding import read
from shared.domain.consent import Choice, Consent
from shared.errors import UnusableError
from shared.messages.capture import MAX_REFERENCES, Reference

_References = Annotated[tuple[Reference, ...], msgspec.Meta(max_length=MAX_REFERENCES)]


class _Answers(msgspec.Struct, frozen=True):
    analytics: object = None
    ad_user_data: object = None
    ad_personalization: object = None


class _Refused(msgspec.Struct, frozen=True):
    references: _References
    consent: _Answers


def denied_in(raw: bytes) -> tuple[tuple[str, ...], Consent]:
    """Return what a refused capture denies by answers that are no text, under which references.

    Args:
        raw: Its JSON, or not.
    """
    try:
        refused = read(raw, _Refused)
    except UnusableError:
        return (), Consent()
    answers = refused.consent
    return refused.references, Consent(
        _denial(answers.analytics),
        _denial(answers.ad_user_data),
        _denial(answers.ad_personalization),
    )


def _denial(answer: object) -> Choice | None:
    return None if answer is None or isinstance(answer, str) else Choice.DENIED
