"""What a refused capture denies all the same."""

import json

import pytest
from hypothesis import given

from shared.domain.consent import Choice, Consent
from shared.messages.refused_capture import denied_in
from tests.support.strategies import JSON


def refused(consent: object, **fields: object) -> bytes:
    """Return a capture that is refused for something."""
    return json.dumps({"references": ["a", "b"], "consent": consent, **fields}).encode()


_NO_GRANTS = [False, True, 0, 1.5, {}, [], {"granted": True}, "no", "DENIED ", "revoked", "perhaps"]


@pytest.mark.parametrize("answer", _NO_GRANTS)
def test_an_answer_that_is_no_clear_grant_is_a_denial(answer: object) -> None:
    """Under every reference that the capture names."""
    assert denied_in(refused({"analytics": answer})) == (("a", "b"), Consent(Choice.DENIED))


@pytest.mark.parametrize("answer", ["granted", " Granted", "", None])
def test_a_grant_and_no_answer_deny_nothing(answer: object) -> None:
    """The sender hears of what was refused, and nothing is kept."""
    assert denied_in(refused({"analytics": answer}, client_id=5))[1] == Consent()


def test_a_denial_beside_what_was_refused_is_kept() -> None:
    """A client that is no text does not cost the answer beside it, nor does a broken character."""
    raw = refused({"analytics": "denied"}, client_id=5, user_id="?")

    assert denied_in(raw)[1] == Consent(Choice.DENIED)
    assert denied_in(raw.replace(b"?", b"\xff"))[1] == Consent(Choice.DENIED)


@pytest.mark.parametrize("consent", ["denied", "no", False, 0, 5, True, ["denied"], {"a": 1}])
def test_consent_that_is_no_object_denies_everything(consent: object) -> None:
    """What it denies cannot be read. An object of other questions can."""
    everything = Consent(Choice.DENIED, Choice.DENIED, Choice.DENIED)
    wanted = Consent() if isinstance(consent, dict) else everything

    assert denied_in(refused(consent))[1] == wanted


@given(JSON)
def test_whatever_comes_nothing_raises(document: object) -> None:
    """It was refused already, and names no references."""
    assert denied_in(json.dumps(document).encode())[1] == Consent()
