"""Rules for user-provided data."""

from hashlib import sha256

from tests.ga4.payloads import Case, request, said, table

_HASH = sha256(b"jane@example.com").hexdigest()


def _data(**fields: object) -> dict[str, object]:
    return request(user_id="u-1", user_data=fields)


def _address(**fields: object) -> dict[str, object]:
    return _data(address=fields)


_EMAIL = "user_data.sha256_email_address"
_PHONE = "user_data.sha256_phone_number"
_ADDRESS = "user_data.address"


@table(
    Case("one hash", "a scalar will do", _data(sha256_email_address=_HASH), []),
    Case("three hashes", "up to three", _data(sha256_email_address=[_HASH] * 3), []),
    Case(
        "four hashes",
        "at most three",
        _data(sha256_email_address=[_HASH] * 4),
        [f"error {_EMAIL} EXCEEDED_MAX_ENTITIES"],
    ),
    Case("three phones", "up to three", _data(sha256_phone_number=[_HASH] * 3), []),
    Case(
        "four phones",
        "at most three",
        _data(sha256_phone_number=[_HASH] * 4),
        [f"error {_PHONE} EXCEEDED_MAX_ENTITIES"],
    ),
    Case(
        "capitals",
        "small hexadecimal digits",
        _data(sha256_email_address=_HASH.upper()),
        [f"error {_EMAIL} VALUE_INVALID"],
    ),
    Case(
        "too short",
        "64 digits",
        _data(sha256_email_address=[_HASH[1:]]),
        [f"error {_EMAIL}[0] VALUE_INVALID"],
    ),
    Case(
        "not hashed",
        "GA4 does not hash",
        _data(sha256_phone_number=["jane"]),
        [f"error {_PHONE}[0] VALUE_INVALID"],
    ),
    Case(
        "the hash of nothing",
        "everybody shares it",
        _data(sha256_phone_number=sha256(b"").hexdigest()),
        [f"error {_PHONE} VALUE_INVALID"],
    ),
    Case("null", "a hash", _data(sha256_phone_number=None), [f"error {_PHONE} VALUE_INVALID"]),
    Case(
        "in the clear", "only hashes", _data(email="jane"), ["error user_data.email VALUE_INVALID"]
    ),
    Case(
        "a list",
        "an object",
        request(user_id="u-1", user_data=[]),
        ["error user_data VALUE_INVALID"],
    ),
    Case(
        "no user id",
        "recommended beside user data",
        request(user_data={"sha256_email_address": _HASH}),
        ["advice user_id VALUE_REQUIRED"],
    ),
)
def test_user_data(case: Case) -> None:
    """User data is hashes, up to three of a kind."""
    assert case.said == said(case.request), case.reason


@table(
    Case(
        "whole",
        "hashed names and street, plain rest",
        _address(
            sha256_first_name=_HASH,
            sha256_last_name=_HASH,
            sha256_street=_HASH,
            city="menlo park",
            region="california",
            postal_code="94025-1234",
            country="US",
        ),
        [],
    ),
    Case("two", "up to two", _data(address=[{"country": "US"}] * 2), []),
    Case(
        "three",
        "at most two",
        _data(address=[{"country": "US"}] * 3),
        [f"error {_ADDRESS} EXCEEDED_MAX_ENTITIES"],
    ),
    Case("text", "an object", _data(address="Main St"), [f"error {_ADDRESS} VALUE_INVALID"]),
    Case(
        "a name in the clear",
        "hashed",
        _address(sha256_first_name="Jane"),
        [f"error {_ADDRESS}.sha256_first_name VALUE_INVALID"],
    ),
    Case(
        "another key",
        "seven fields",
        _address(first_name=_HASH),
        [f"error {_ADDRESS}.first_name VALUE_INVALID"],
    ),
    Case(
        "country by name",
        "two letters",
        _address(country="Germany"),
        [f"error {_ADDRESS}.country VALUE_INVALID"],
    ),
    Case("city as number", "text", _address(city=1), [f"error {_ADDRESS}.city VALUE_INVALID"]),
    Case(
        "blank city", "leave it out", _address(city=" "), [f"error {_ADDRESS}.city VALUE_INVALID"]
    ),
    Case(
        "city in capitals",
        "small letters",
        _address(city="Berlin"),
        [f"advice {_ADDRESS}.city VALUE_INVALID"],
    ),
    Case("postal code in capitals", "no step changes them", _address(postal_code="SW1A 1AA"), []),
)
def test_address(case: Case) -> None:
    """An address is hashed names and street, and the rest in the clear."""
    assert case.said == said(case.request), case.reason
