"""What a capture says of the browser."""

from typing import Any

import msgspec
import pytest

from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from shared.domain.notes import Notes
from shared.errors import MalformedError
from shared.messages.capture import captured_context, read_capture
from tests.support.builders import NOW, SECONDS

GA = "GA1.1.1234567890.1763900000"
OTHER_GA = "GA1.1.9876543210.1763900000"
START = SECONDS - 60
MINE, ANOTHER = f"GS2.1.s{START}$o3$g1", f"GS1.1.{START - 5}.7.1.{SECONDS}.0.0.0"


def context(notes: Notes | None = None, **fields: Any) -> Context:  # noqa: ANN401 - JSON
    """Return what a capture with these fields says, to the stream G-MINE."""
    raw = msgspec.json.encode({"references": ["ORD-9"], **fields})
    notes = notes or Notes()
    return captured_context(
        read_capture(raw, notes),
        containers=("MINE",),
        captured_at=NOW,
        granted_at=None,
        now=NOW,
        notes=notes,
    )


def given(**fields: Any) -> tuple[str | None, int | None, int | None]:  # noqa: ANN401 - JSON
    """Return client, session and its number."""
    found = context(**fields)
    return found.client_id, found.session_id, found.session_number


@pytest.mark.parametrize("prefix", ["", "shop", "shop_", "__Secure-"])
def test_cookies_are_found_under_any_prefix(prefix: str) -> None:
    """That of this stream, of the streams' cookies."""
    cookies = {f"{prefix}_ga": GA, f"{prefix}_ga_MINE": MINE, f"{prefix}_ga_OTHER": ANOTHER}

    assert given(cookies=cookies) == ("1234567890.1763900000", START, 3)


def test_both_layouts_of_the_session_are_read() -> None:
    """That until May 2025, too."""
    assert given(cookies={"_ga": GA, "_ga_MINE": ANOTHER})[1:] == (START - 5, 7)


def test_another_streams_session_is_none() -> None:
    """GA4 would make a session of its own of it."""
    assert given(cookies={"_ga": GA, "_ga_OTHER": MINE}) == ("1234567890.1763900000", None, None)


def test_of_several_prefixes_the_one_with_this_streams_session_counts() -> None:
    """The other is another tag's."""
    cookies = {"_ga": OTHER_GA, "_ga_OTHER": ANOTHER, "zz_ga": GA, "zz_ga_MINE": MINE}

    assert given(cookies=cookies) == ("1234567890.1763900000", START, 3)


def test_fields_beat_cookies() -> None:
    """And may be texts, as a form sends them."""
    fields = {"client_id": "5.6", "session_id": str(START), "session_number": "4"}

    assert given(cookies={"_ga": GA, "_ga_MINE": ANOTHER}, **fields) == ("5.6", START, 4)


def test_another_clients_session_is_not_taken() -> None:
    """Of a client that is told, only a cookie beside the same client's tells the session."""
    cookies = {"_ga": GA, "_ga_MINE": MINE}

    assert given(client_id="5.6", cookies=cookies) == ("5.6", None, None)
    assert given(client_id="1234567890.1763900000", cookies=cookies)[1:] == (START, 3)


def test_a_session_cookie_beside_a_client_that_is_told_is_taken() -> None:
    """Where no client cookie says otherwise."""
    assert given(client_id="5.6", cookies={"_ga_MINE": MINE}) == ("5.6", START, 3)


def test_what_cannot_be_believed_is_left_out_and_named() -> None:
    """And costs nothing else of the capture: a denial least of all."""
    notes = Notes()

    found = context(
        notes,
        client_id="undefined",
        cookies={"_ga": "GA1.1.123", "_ga_MINE": "GS2.1.s9"},
        user_id="jane@shop.example",
        ip="somewhere",
        consent={"analytics": "denied"},
    )

    assert found == Context(consent=Consent(Choice.DENIED, analytics_at=NOW))
    fields = {note.partition(":")[0] for note in notes}
    assert fields == {"client_id", "cookies._ga", "cookies._ga_MINE", "user_id", "ip"}


def test_of_who_denies_only_the_answers_are_taken() -> None:
    """Nothing else of them is stored, for however short a time."""
    found = context(
        client_id="5.6",
        user_id="u-1",
        user_agent="Mozilla/5.0",
        page_location="https://x.example",
        ip="2001:db8::1",
        consent={"analytics": "denied", "ad_user_data": "granted"},
    )

    assert found == Context(consent=Consent(Choice.DENIED, Choice.GRANTED, analytics_at=NOW))


def test_what_says_neither_who_nor_what_was_allowed_is_no_capture() -> None:
    """It would only take a better one's place."""
    with pytest.raises(MalformedError, match="client_id: missing"):
        context(user_agent="Mozilla/5.0", session_id=START)


def test_page_browser_and_address_are_kept() -> None:
    """As they are."""
    found = context(
        client_id="5.6",
        user_agent="Mozilla/5.0",
        page_location="https://x.example",
        ip="2001:db8::1",
    )

    assert (found.user_agent, found.page_location, found.ip_override) == (
        "Mozilla/5.0",
        "https://x.example",
        "2001:db8::1",
    )
