"""How long a server that is busy wants to be left alone: seconds or a date, bounded."""

import httpx
import pytest

from shared.sinks.sending import retry_after

DATE = "Mon, 23 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        (" 7 ", 7),
        ("120", 120),
        ("121", 120),
        ("9" * 5000, 120),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ("Mon, 23 Nov 2027 12:00:00 GMT", 120),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("Mon, 23 Nov 2026 12:00:30", None),
    ],
)
def test_what_can_be_read_is_kept_within_bounds(text: str, seconds: float | None) -> None:
    """A date is taken against the answer's own."""
    assert retry_after(httpx.Headers([("retry-after", text), ("date", DATE)])) == seconds


@pytest.mark.parametrize(
    "headers",
    [{}, {"retry-after": "Mon, 23 Nov 2026 12:00:30 GMT"}, {"retry-after": DATE, "date": "today"}],
    ids=["nothing", "a date alone", "no date beside it"],
)
def test_what_says_nothing_is_no_wish(headers: dict[str, str]) -> None:
    """Our own clock is not asked."""
    assert retry_after(httpx.Headers(headers)) is None
