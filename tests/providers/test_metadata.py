"""What the shop wrote into metadata: believed where it can be, named where it cannot."""

import json
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from shared.domain.streams import ClickIds
from shared.providers.metadata import Metadata
from tests.support.builders import SECONDS, SESSION_ID
from tests.support.strategies import JSON

KEYS = ("ga_transaction_id", "order_id")


def metadata(values: object) -> Metadata:
    """Return metadata as it arrives."""
    return Metadata(msgspec.Raw(json.dumps(values).encode()))


def test_every_key_is_read() -> None:
    """The table of the README."""
    found = metadata(
        {
            "ga_client_id": "1234567890.1763900000",
            "ga_session_id": str(SESSION_ID),
            "ga_session_number": "3",
            "ga_user_id": "u-77",
            "ga_consent_analytics": "granted",
            "ga_consent_ad_user_data": "GRANTED",
            "ga_consent_ad_personalization": "denied",
            "ga_user_agent": "Mozilla/5.0",
            "ga_page_location": "https://shop.example/cart",
            "ga_captured_at": str(SECONDS),
        }
    )

    assert found.context() == Context(
        client_id="1234567890.1763900000",
        session_id=SESSION_ID,
        session_number=3,
        user_id="u-77",
        consent=Consent(Choice.GRANTED, Choice.GRANTED, Choice.DENIED),
        user_agent="Mozilla/5.0",
        page_location="https://shop.example/cart",
        captured_at=datetime(2026, 11, 23, 12, 0, tzinfo=UTC),
    )
    assert list(found.notes) == []


def test_of_a_pages_query_only_the_campaign_is_read() -> None:
    """The rest may say who was there; an address that is none is named."""
    kept = "https://shop.example/cart?utm_source=news"
    found = metadata({"ga_page_location": f"{kept}&email=jane@example.com#jane"})
    none = metadata({"ga_page_location": "mailto:jane@example.com"})

    assert found.context().page_location == kept
    assert none.context().page_location is None
    assert list(none.notes) == ["metadata.ga_page_location: no address of a page"]


def test_raw_cookies_do_as_well() -> None:
    """Shops that copy the cookies need no parsing of their own."""
    found = metadata(
        {
            "ga_cookie": "GA1.1.1234567890.1763900000",
            "ga_session_cookie": f"GS2.1.s{SESSION_ID}$o7$g1$t{SESSION_ID + 60}$j0$l0$h0",
        }
    ).context()

    assert (
        found.client_id,
        found.session_id,
        found.session_number,
    ) == ("1234567890.1763900000", SESSION_ID, 7)


def test_a_whole_cookie_under_the_key_of_its_id_is_read_too() -> None:
    """The most frequent mistake: `_ga` copied into ga_client_id."""
    found = metadata({"ga_client_id": "GA1.2.1234567890.1763900000"}).context()

    assert found.client_id == "1234567890.1763900000"


def test_where_the_id_cannot_be_believed_the_cookie_is_asked() -> None:
    """And the id is named."""
    found = metadata({"ga_client_id": "undefined", "ga_cookie": "GA1.1.1234567890.1763900000"})

    assert found.context().client_id == "1234567890.1763900000"
    assert list(found.notes) == ["metadata.ga_client_id: blank or a placeholder"]


@pytest.mark.parametrize(
    ("values", "note"),
    [
        pytest.param(
            {"ga_client_id": "jane@example.com"},
            "metadata.ga_client_id: looks like an e-mail address",
            id="an address as client id",
        ),
        pytest.param(
            {"ga_session_id": "1e9"},
            "metadata.ga_session_id: ",
            id="a float as session id",
        ),
        pytest.param(
            {"ga_session_id": str(SESSION_ID * 1000)},
            "metadata.ga_session_id: ",
            id="milliseconds as session id",
        ),
        pytest.param(
            {"ga_session_number": "three"},
            "metadata.ga_session_number: not a number",
            id="a word as session number",
        ),
        pytest.param(
            {"ga_session_number": "-3"},
            "metadata.ga_session_number: not a number",
            id="a negative session number",
        ),
        pytest.param(
            {"ga_user_id": "jane@example.com"},
            "metadata.ga_user_id: looks like an e-mail address",
            id="an address as user id",
        ),
        pytest.param(
            {"ga_user_id": "u" * 257},
            "metadata.ga_user_id: longer than 256",
            id="an endless user id",
        ),
        pytest.param(
            {"ga_user_id": "undefined"},
            "metadata.ga_user_id: blank or a placeholder",
            id="a placeholder as user id",
        ),
        pytest.param(
            {"ga_captured_at": "2026-11-23"},
            "metadata.ga_captured_at: not a number",
            id="a date as Unix seconds",
        ),
        pytest.param(
            {"ga_captured_at": "999999999999"},
            "metadata.ga_captured_at: not Unix seconds",
            id="beyond the year 9999",
        ),
        pytest.param(
            {"ga_captured_at": 0}, "metadata.ga_captured_at: not Unix seconds", id="the year 1970"
        ),
        pytest.param(
            {"ga_captured_at": "-5"}, "metadata.ga_captured_at: not a number", id="a negative time"
        ),
        pytest.param({"ga_captured_at": "NaN"}, "metadata.ga_captured_at: not a number", id="NaN"),
        pytest.param(
            {"ga_client_id": 1234567890.17639},
            "metadata.ga_client_id: not a string",
            id="a number as client id",
        ),
        pytest.param({"ga_session_id": None}, "metadata.ga_session_id: not a string", id="a null"),
        pytest.param(
            {"ga_page_location": 5}, "metadata.ga_page_location: not a string", id="a page"
        ),
        pytest.param([], "metadata: not an object", id="an empty list"),
        pytest.param("", "metadata: not an object", id="an empty text"),
    ],
)
def test_what_cannot_be_believed_is_left_out_and_named(values: object, note: str) -> None:
    """It costs attribution, which the note shows, and not the payment."""
    found = metadata(values)

    assert found.context() == Context()
    assert [text.startswith(note) for text in found.notes] == [True]


_DENIED = Consent(Choice.DENIED, Choice.DENIED, Choice.DENIED)


@pytest.mark.parametrize(
    "values", ["text", '{"ga_consent_analytics": "granted"}', " ", 5, 0, False, True, [{}], ["x"]]
)
def test_what_is_no_object_denies_everything(values: object) -> None:
    """A denial may stand in what cannot be read."""
    found = metadata(values)

    assert found.context() == Context(consent=_DENIED, click_ids=ClickIds())
    assert next(iter(found.notes)) == "metadata: not an object"


@pytest.mark.parametrize("entry", [5, "ga_consent_analytics=denied", {"value": "denied"}, [], None])
def test_an_entry_of_a_list_that_has_no_name_denies(entry: object) -> None:
    """Nobody knows what it answers."""
    granted = {"name": "ga_consent_analytics", "value": "granted"}
    for entries in ([granted, entry], [entry, granted]):
        found = Metadata(msgspec.Raw(json.dumps(entries).encode()), listed=True)
        assert found.context().consent == _DENIED


@pytest.mark.parametrize(
    ("key", "answer", "choice"),
    [
        ("GA-Consent-Analytics", "DENIED ", Choice.DENIED),
        ("gaConsentAnalytics", "revoked", Choice.DENIED),
        ("ga_consent_analytics_storage", "false", Choice.DENIED),
        ("ga_consent_analytics_storage", "granted", Choice.GRANTED),
        ("ga_consent", "denied", Choice.DENIED),
        ("ga_consent", False, Choice.DENIED),
        ("ga_consent", None, Choice.DENIED),
        ("ga_consent", {"analytics": False}, Choice.DENIED),
        ("ga_consent", {"analytics": "granted"}, Choice.GRANTED),
        ("ga_consent", '{"analytics": "denied"}', Choice.DENIED),
        ("ga_consent", '{"analytics_storage": "granted"}', Choice.GRANTED),
        ("ga_consent", "[" * 2000, Choice.DENIED),
        ("ga_consent", '{"ad_user_data": "denied"}', None),
        ("ga_consent", {"marketing": False}, None),
        ("ga_consent", "granted", None),
        ("ga_consent", "", None),
        ("ga_consent_of", "denied", None),
    ],
)
def test_an_answer_is_known_by_other_names(key: str, answer: object, choice: Choice | None) -> None:
    """One key for all of them too, with an object or its text; it grants nothing by one word."""
    assert metadata({key: answer}).context().consent.analytics is choice


@pytest.mark.parametrize("values", [None, {}, {"ga_client_id": ""}, {"ga_client_id": "  "}])
def test_where_nothing_was_written_nothing_is_named(values: object) -> None:
    """Stripe sends `{}`, and deletes a key by an empty value."""
    found = metadata(values)

    assert (Context(), []) == (found.context(), list(found.notes))


def test_absent_metadata_is_empty() -> None:
    """Some senders leave the field out."""
    found = Metadata(msgspec.Raw(b""))

    assert (Context(), []) == (found.context(), list(found.notes))


def test_keys_that_are_not_ours_may_hold_anything() -> None:
    """The shop's other keys are nobody's business."""
    assert list(metadata({"cart": [1, 2], "vip": True, "ga_jane@example.com": 1}).notes) == []


@pytest.mark.parametrize("name", ["analytics", "ad_user_data", "ad_personalization"])
@pytest.mark.parametrize("answer", ["oui", "yes", "1", False, True, 0, 1, None, {}, [], {"a": 1}])
def test_an_answer_that_is_no_clear_grant_is_a_denial(name: str, answer: object) -> None:
    """Somebody answered and we cannot read it: the safe side is not to measure."""
    found = metadata({f"ga_consent_{name}": answer})

    assert asdict(found.context().consent) == {**asdict(Consent()), name: Choice.DENIED}
    assert list(found.notes) == [f"metadata.ga_consent_{name}: neither granted nor denied"]


@pytest.mark.parametrize(
    "key", ["GA_Consent_Analytics", " ga_consent_analytics", "ga_consent_analytics\n"]
)
def test_the_key_of_an_answer_is_known_in_any_case(key: str) -> None:
    """A typing error in a key must not hide a denial."""
    assert metadata({key: "denied"}).context().consent == Consent(Choice.DENIED)


@pytest.mark.parametrize("first", ["denied", "granted"])
def test_of_two_answers_a_denial_counts(first: str) -> None:
    """Whichever is written first."""
    second = "granted" if first == "denied" else "denied"
    found = metadata({"ga_consent_analytics": first, "Ga_Consent_Analytics": second})

    assert found.context().consent == Consent(Choice.DENIED)


@pytest.mark.parametrize("answer", ["", " "])
def test_an_empty_answer_is_none(answer: str) -> None:
    """Nobody was asked."""
    assert metadata({"ga_consent_analytics": answer}).context() == Context()


@pytest.mark.parametrize("broken", [b"\xff", b"\\ud800"])
def test_a_broken_character_costs_its_value_alone(broken: bytes) -> None:
    """A denial beside it counts, and so does a grant."""
    text = b'{"ga_consent_analytics": "%s", "cart": "' + broken + b'", "order_id": "' + broken
    for choice in Choice:
        found = Metadata(msgspec.Raw(text.replace(b"%s", choice.encode()) + b'"}'))

        assert found.context() == Context(consent=Consent(choice))
        assert found.transaction_id(KEYS) is None


@pytest.mark.parametrize("broken", [b"granted\xff", b"\xff", b"granted\\ud800"])
def test_a_broken_character_in_an_answer_is_a_denial(broken: bytes) -> None:
    """It is no clear grant."""
    found = Metadata(msgspec.Raw(b'{"ga_consent_analytics": "' + broken + b'"}'))

    assert found.context() == Context(consent=Consent(Choice.DENIED))


@pytest.mark.parametrize(
    "raw",
    [
        b'{"ga_consent_analytics": "denied"',
        b"\xff",
    ],
)
def test_metadata_that_cannot_be_read_is_a_denial(raw: bytes) -> None:
    """One may stand in it."""
    denied = Consent(Choice.DENIED, Choice.DENIED, Choice.DENIED)

    assert Metadata(msgspec.Raw(raw)).context() == Context(consent=denied, click_ids=ClickIds())


@pytest.mark.parametrize(
    ("values", "found", "notes"),
    [
        pytest.param({"ga_transaction_id": "A", "order_id": "B"}, "A", [], id="the first key"),
        pytest.param({"order_id": " B "}, "B", [], id="the second key, stripped"),
        pytest.param({"ga_transaction_id": "", "order_id": "B"}, "B", [], id="the first is empty"),
        pytest.param({"invoice": "C"}, None, [], id="another key"),
        pytest.param({"order_id": "x" * 100}, "x" * 100, [], id="100 characters"),
        pytest.param(
            {"ga_transaction_id": "x" * 101, "order_id": "B"},
            "B",
            ["metadata.ga_transaction_id: longer than 100"],
            id="101 characters: GA4 would cut it and merge orders",
        ),
        pytest.param(
            {"ga_transaction_id": "undefined", "order_id": "B"},
            "B",
            ["metadata.ga_transaction_id: blank or a placeholder"],
            id="a placeholder: GA4 would merge orders",
        ),
        pytest.param(
            {"order_id": "jane@example.com"},
            None,
            ["metadata.order_id: looks like an e-mail address"],
            id="an address: GA4 forbids it",
        ),
        pytest.param({"order_id": 12345}, "12345", [], id="a number"),
    ],
)
def test_the_transaction_id_is_the_first_usable_value(
    values: object, found: str | None, notes: list[str]
) -> None:
    """One that cannot be used is passed over and named."""
    there = metadata(values)

    assert (found, notes) == (there.transaction_id(KEYS), list(there.notes))


@given(values=JSON | st.dictionaries(st.sampled_from(["ga_client_id", *KEYS]), JSON))
def test_any_metadata_can_be_read(values: object) -> None:
    """Nothing the shop writes raises."""
    found = metadata(values)
    found.context()
    found.transaction_id(KEYS)

    assert all(note.startswith("metadata") for note in list(found.notes))


@given(st.binary())
def test_any_bytes_can_stand_where_metadata_should(raw: bytes) -> None:
    """Nor does what is no JSON."""
    Metadata(msgspec.Raw(raw)).context()


@given(st.text(min_size=6).filter(lambda text: text.strip() == text))
def test_no_note_repeats_a_value(text: str) -> None:
    """Notes go into the log."""
    keys = ["ga_client_id", "ga_session_id", "ga_user_id", "ga_captured_at", "ga_session_number"]
    secret = f"@{text}@"
    found = metadata(dict.fromkeys(keys, secret))
    found.context()

    assert len(list(found.notes)) == 5
    assert not any(secret in note for note in list(found.notes))


@pytest.mark.parametrize(
    "raw",
    [
        b'{"ga_consent_analytics": "denied", "ga_consent_analytics": "granted"}',
        b'{"ga_consent_analytics": "granted", "ga_consent_analytics": "maybe"}',
        b'{"ga_\\u0063onsent_analytics": "denied", "ga_consent_analytics": "granted"}',
        b'{"ga_consent": {"analytics": "denied"}, "ga_consent": "granted"}',
        b'{"x": "\xff", "ga_consent": "denied", "ga_consent": "granted"}',
    ],
)
def test_of_a_key_about_consent_that_stands_twice_the_stricter_answer_counts(raw: bytes) -> None:
    """JSON takes the last one: a denial before it would be lost."""
    assert Metadata(msgspec.Raw(raw)).context().consent.analytics is Choice.DENIED


def test_of_any_other_key_that_stands_twice_the_last_counts() -> None:
    """As JSON has it; two grants are a grant."""
    twice = '"ga_consent_analytics": "granted", "ga_consent_analytics": "granted"'
    raw = f'{{"ga_user_id": "a", "ga_user_id": "b", {twice}}}'.encode()
    context = Metadata(msgspec.Raw(raw)).context()

    assert (context.user_id, context.consent.analytics) == ("b", Choice.GRANTED)
