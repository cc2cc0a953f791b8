"""Two objects' metadata as one, without inventing anybody."""

import json

import msgspec
import pytest
from hypothesis import given

from shared.providers.stripe.invoice import overlaid
from tests.support.strategies import JSON


def raw(value: object) -> msgspec.Raw:
    """Return a value as JSON."""
    return msgspec.Raw(json.dumps(value).encode())


@pytest.mark.parametrize(
    ("below", "above", "both"),
    [
        pytest.param({"a": "1"}, {}, {"a": "1"}, id="only below"),
        pytest.param({}, {"a": "2"}, {"a": "2"}, id="only above"),
        pytest.param({"a": "1", "b": "1"}, {"a": "2"}, {"a": "2", "b": "1"}, id="above wins"),
        pytest.param(None, {"a": "2"}, {"a": "2"}, id="null below"),
        pytest.param({"a": "1"}, None, {"a": "1"}, id="null above"),
        pytest.param([], "", {}, id="nothing twice"),
        pytest.param({"a": "1"}, "text", "text", id="no object above"),
        pytest.param([5], {"a": "1"}, [5], id="no object below"),
        pytest.param(
            {"ga_client_id": "1.2", "ga_session_id": "5", "ga_user_id": "u"},
            {"ga_cookie": "GA1.1.3.4"},
            {"ga_cookie": "GA1.1.3.4", "ga_user_id": "u"},
            id="another client takes its own session, or none",
        ),
        pytest.param(
            {"ga_client_id": "1.2", "ga_session_id": "5", "ga_session_number": "3"},
            {"ga_session_cookie": "GS2.1.s6"},
            {"ga_client_id": "1.2", "ga_session_cookie": "GS2.1.s6"},
            id="another session of the same client",
        ),
        pytest.param(
            {"ga_consent_analytics": "denied"},
            {"ga_consent_analytics": "granted", "ga_client_id": "1.2"},
            {"ga_consent_analytics": "denied", "ga_client_id": "1.2"},
            id="a denial below",
        ),
        pytest.param(
            {"ga_consent_analytics": "granted"},
            {"ga_consent_analytics": "denied"},
            {"ga_consent_analytics": "denied"},
            id="a denial above",
        ),
        pytest.param(
            {"ga_consent_analytics": False},
            {"ga_consent_analytics": ""},
            {"ga_consent_analytics": False},
            id="no answer above a denial",
        ),
        pytest.param(
            {"ga_consent_analytics": "granted"},
            {"ga_consent_analytics": ""},
            {"ga_consent_analytics": "granted"},
            id="no answer above a grant",
        ),
    ],
)
def test_the_nearer_object_wins(below: object, above: object, both: object) -> None:
    """And a client or a session is taken whole."""
    assert json.loads(bytes(overlaid(raw(below), raw(above)))) == both


@given(JSON, JSON)
def test_overlaying_is_total(below: object, above: object) -> None:
    """Anything may stand where metadata should: what is no object is returned as it is."""
    both = json.loads(bytes(overlaid(raw(below), raw(above))))

    assert isinstance(both, dict) or both in (below, above)


@pytest.mark.parametrize("nothing", [b"", b"null", b"[]", b'""'])
def test_what_is_empty_holds_nothing(nothing: bytes) -> None:
    """Absent, say."""
    assert json.loads(bytes(overlaid(msgspec.Raw(nothing), raw({"a": "1"})))) == {"a": "1"}


@pytest.mark.parametrize("broken", [b'{"b":"\\ud800"}', b'{"b":"\xff"}'])
def test_a_broken_character_costs_its_value_alone(broken: bytes) -> None:
    """What stands beside it may be a denial."""
    found = json.loads(bytes(overlaid(msgspec.Raw(broken), raw({"a": "1"}))))

    assert found == {"a": "1", "b": "\ufffd"}


@pytest.mark.parametrize("junk", [b"{", b"[" * 10_000])
def test_metadata_that_cannot_be_read_is_not_hidden(junk: bytes) -> None:
    """A denial may stand in it."""
    assert bytes(overlaid(msgspec.Raw(junk), raw({"a": "1"}))) == junk
    assert bytes(overlaid(raw({"a": "1"}), msgspec.Raw(junk))) == junk
