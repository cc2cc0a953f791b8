"""Rules for the body as a whole."""

import pytest

from shared.ga4.validation import validate
from tests.ga4.payloads import LEFT_OUT, NOW, Case, app_request, request, said, table


@table(
    Case("minimal", "a client and an event are enough", request(), []),
    Case("null", "the body is an object", None, ["error  VALUE_INVALID"]),
    Case("array", "one object, not several", [request()], ["error  VALUE_INVALID"]),
    Case("text", "JSON within JSON is text", "{}", ["error  VALUE_INVALID"]),
    Case(
        "empty",
        "a client and events are required",
        {},
        ["error client_id VALUE_REQUIRED", "error events VALUE_REQUIRED"],
    ),
    Case(
        "no events", "events is required", request(events=LEFT_OUT), ["error events VALUE_REQUIRED"]
    ),
    Case(
        "user properties alone",
        "a request may carry them without events",
        request(events=LEFT_OUT, user_properties={"plan": {"value": "pro"}}),
        [],
    ),
    Case(
        "user data alone",
        "a request may carry them without events",
        request(events=LEFT_OUT, user_id="u1", user_data={"sha256_email_address": "0a" * 32}),
        [],
    ),
    Case(
        "an unknown key",
        "the validation server refuses bodies with unknown keys",
        request(colour="red"),
        ["error colour VALUE_INVALID"],
    ),
    Case(
        "a click id",
        "there is no field for click ids",
        request(gclid="abc"),
        ["error gclid VALUE_INVALID"],
    ),
    Case(
        "the secret in the body",
        "it belongs in the query",
        request(api_secret="s3cr3t"),
        ["error api_secret VALUE_INVALID"],
    ),
    Case(
        "camel case",
        "the documented spelling is validation_behavior",
        request(validationBehavior="RELAXED"),
        ["error validationBehavior VALUE_INVALID"],
    ),
    Case(
        "behavior",
        "leave it unset in production",
        request(validation_behavior="ENFORCE_RECOMMENDATIONS"),
        ["advice validation_behavior VALUE_INVALID"],
    ),
    Case(
        "unknown behavior",
        "RELAXED or ENFORCE_RECOMMENDATIONS",
        request(validation_behavior="STRICT"),
        ["error validation_behavior VALUE_INVALID"],
    ),
    Case(
        "behavior of a wrong type",
        "RELAXED or ENFORCE_RECOMMENDATIONS",
        request(validation_behavior=["RELAXED"]),
        ["error validation_behavior VALUE_INVALID"],
    ),
    Case(
        "a name that could be anybody's",
        "an absurd name is not repeated",
        request(**{"jane@example.com": 1}),
        ["error <name of 16 characters> VALUE_INVALID"],
    ),
    Case(
        "a number for a name",
        "whatever a decoder made of the keys",
        request() | {7: 1},
        ["error <a number> VALUE_INVALID"],
    ),
)
def test_body(case: Case) -> None:
    """The body has the protocol's keys, and something to send."""
    assert case.said == said(case.request), case.reason


@pytest.mark.parametrize(
    ("size", "codes"),
    [
        pytest.param(129_999, [], id="one below"),
        pytest.param(130_000, ["VALUE_OUT_OF_BOUNDS"], id="the limit itself is too much"),
        pytest.param(130_001, ["VALUE_OUT_OF_BOUNDS"], id="one above"),
    ],
)
def test_size(size: int, codes: list[str]) -> None:
    """A body is smaller than 130,000 bytes."""
    assert codes == [finding.code for finding in validate(request(), now=NOW, size_bytes=size)]


def test_app() -> None:
    """A request to an app stream has its own identifier."""
    assert said(app_request(), "app") == []
