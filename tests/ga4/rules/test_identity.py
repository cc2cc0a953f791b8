"""Rules for who an event belongs to."""

import pytest

from tests.ga4.payloads import LEFT_OUT, Case, app_request, request, said, table


def _client(client_id: object) -> dict[str, object]:
    return request(client_id=client_id)


_REQUIRED = ["error client_id VALUE_REQUIRED"]
_UNUSUAL = ["advice client_id VALUE_INVALID"]


@table(
    Case("standard", "two positive numbers joined by a dot", _client("123.456"), []),
    Case("missing", "it is required on web streams", _client(LEFT_OUT), _REQUIRED),
    Case("null", "null is none", _client(None), _REQUIRED),
    Case("empty", "never blank", _client(""), _REQUIRED),
    Case("blank", "never blank", _client("  "), _REQUIRED),
    Case("placeholder", "never a placeholder", _client("undefined"), _REQUIRED),
    Case("template", "a template nobody filled in", _client("{{client_id}}"), _REQUIRED),
    Case("zeros", "a placeholder made of zeros", _client("0.0"), _REQUIRED),
    Case("a number", "it is text", _client(123.456), ["error client_id VALUE_INVALID"]),
    Case("half a character", "UTF-8", _client("\ud800"), ["error client_id VALUE_INVALID"]),
    Case(
        "uuid", "taken, not recommended", _client("550e8400-e29b-41d4-a716-446655440000"), _UNUSUAL
    ),
    Case("whole cookie", "taken since 2026, not recommended", _client("GA1.1.123.456"), _UNUSUAL),
    Case("one number", "an order number is taken without a murmur", _client("1001"), _UNUSUAL),
    Case(
        "also an app's",
        "a web stream has no app_instance_id",
        request(app_instance_id="0a" * 16),
        ["error app_instance_id VALUE_INVALID"],
    ),
)
def test_client_id(case: Case) -> None:
    """A web stream's request has a client id."""
    assert case.said == said(case.request), case.reason


@table(
    Case("32 digits", "32 hexadecimal digits", app_request(), []),
    Case("capitals", "of either case", app_request(app_instance_id="0A" * 16), []),
    Case(
        "missing",
        "it is required on app streams",
        app_request(app_instance_id=LEFT_OUT),
        ["error app_instance_id VALUE_REQUIRED"],
    ),
    Case(
        "31 digits",
        "32 hexadecimal digits",
        app_request(app_instance_id="0" * 31),
        ["error app_instance_id VALUE_INVALID"],
    ),
    Case(
        "33 digits",
        "32 hexadecimal digits",
        app_request(app_instance_id="0" * 33),
        ["error app_instance_id VALUE_INVALID"],
    ),
    Case(
        "also a browser's",
        "an app stream has no client_id",
        app_request(client_id="1.2"),
        ["error client_id VALUE_INVALID"],
    ),
)
def test_app_instance_id(case: Case) -> None:
    """An app stream's request has an app instance id."""
    assert case.said == said(case.request, "app"), case.reason


@table(
    Case("opaque", "the shop's own id", request(user_id="u-8d7f"), []),
    Case("at the limit", "256 characters", request(user_id="ü" * 256), []),
    Case(
        "above the limit",
        "at most 256 characters",
        request(user_id="u" * 257),
        ["error user_id VALUE_OUT_OF_BOUNDS"],
    ),
    Case("empty", "never blank", request(user_id=""), ["error user_id VALUE_INVALID"]),
    Case("null", "leave it out", request(user_id=None), ["error user_id VALUE_INVALID"]),
    Case("a number", "it is text", request(user_id=7), ["error user_id VALUE_INVALID"]),
    Case("guest", "no placeholder", request(user_id="guest"), ["error user_id VALUE_INVALID"]),
    Case("half a character", "UTF-8", request(user_id="\udfff"), ["error user_id VALUE_INVALID"]),
)
def test_user_id(case: Case) -> None:
    """A user id is text that stands for one person."""
    assert case.said == said(case.request), case.reason


@pytest.mark.parametrize("length", [255, 256])
def test_user_id_up_to_its_limit(length: int) -> None:
    """A user id may have 256 characters."""
    assert said(request(user_id="u" * length)) == []
