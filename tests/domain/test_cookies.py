"""What Google Analytics' cookies say, and what is not believed."""

from datetime import UTC, datetime, timedelta
from random import Random
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.cookies import (
    ClientIdReading,
    SessionReading,
    client_id_from,
    session_from,
)

_NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
_UUID = "550e8400-e29b-41d4-a716-446655440000"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("GA1.1.111.222", "111.222", id="the cookie"),
        pytest.param("GA1.2.111.222", "111.222", id="depth 2"),
        pytest.param("GA1.3.111.222", "111.222", id="depth 3"),
        pytest.param("GA1.2-2.111.222", "111.222", id="depth and path"),
        pytest.param("GA2.1.111.222", "111.222", id="a version to come"),
        pytest.param("GA1%2E1%2E111%2E222", "111.222", id="URL-encoded"),
        pytest.param(" GA1.1.111.222\n", "111.222", id="white space"),
        pytest.param('"GA1.1.111.222"', "111.222", id="quoted"),
        pytest.param("_ga=GA1.1.111.222", "111.222", id="with its name"),
        pytest.param("ga4_ga=GA1.1.111.222", "111.222", id="under a prefix"),
        pytest.param("_ga=GA1.1.111.222; Path=/", "111.222", id="with attributes"),
        pytest.param("111.222", "111.222", id="the bare id"),
        pytest.param("1234567890.1764000000", "1234567890.1764000000", id="a real one"),
    ],
)
def test_standard_client(value: str, expected: str) -> None:
    """Two positive numbers are a client id, in a cookie or bare."""
    assert client_id_from(value) == ClientIdReading(expected, standard=True, problem=None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(f"GA1.1.{_UUID}", _UUID, id="a UUID"),
        pytest.param(_UUID, _UUID, id="a bare UUID"),
        pytest.param("GA1.2.amp-Xy_3z", "amp-Xy_3z", id="AMP"),
        pytest.param("FPID2.2.abc%2Bdef%3D.1764000000", "abc+def=.1764000000", id="server-side"),
        pytest.param(
            quote("FPID2.2.abc%2Bdef%3D.1764000000"),
            "abc+def=.1764000000",
            id="server-side, URL-encoded once more",
        ),
        pytest.param("FPID=FPID2.2.abc.1764000000", "abc.1764000000", id="server-side, named"),
        pytest.param("1764000000", "1764000000", id="one number"),
        pytest.param("c" * 256, "c" * 256, id="as long as may be"),
    ],
)
def test_opaque_client(value: str, expected: str) -> None:
    """Other ids are taken as they are, and flagged."""
    assert client_id_from(value) == ClientIdReading(expected, standard=False, problem=None)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        pytest.param("", "placeholder", id="empty"),
        pytest.param("deleted", "placeholder", id="deleted"),
        pytest.param("GA1.1.deleted", "placeholder", id="deleted within"),
        pytest.param("GA1.1.", "placeholder", id="cut off after the depth"),
        pytest.param("GA1.1", "cut off", id="cut off before the id"),
        pytest.param("GA1", "cut off", id="cut off at once"),
        pytest.param("GA1.1.111", "cut off", id="half an id"),
        pytest.param("GA1.1.111.", "cut off", id="half an id and a dot"),
        pytest.param("GA1.1.111.222.333", "cut off", id="too many numbers"),
        pytest.param("GA1..111.222", "cut off", id="no depth"),
        pytest.param("GS1.1.1764000000.1", "session cookie", id="the other cookie"),
        pytest.param("FPLC.abc", "hash", id="the cross-domain cookie"),
        pytest.param("FPID2.2", "server-side", id="half a server-side cookie"),
        pytest.param("jane@example.com", "e-mail", id="an address"),
        pytest.param("GA1.1.jane@example.com", "e-mail", id="an address in a cookie"),
        pytest.param("jane%40example.com", "e-mail", id="an encoded address"),
        pytest.param("+49 171 1234567", "phone", id="a phone number"),
        pytest.param("Jane Doe", "white space", id="a name"),
        pytest.param("jürgen", "beyond ASCII", id="letters of a name"),
        pytest.param("c" * 257, "256", id="too long"),
        pytest.param("1" * 200 + "." + "2" * 200, "256", id="too long though standard"),
        pytest.param("GA1.1." + "1" * 10_000, "any cookie", id="longer than any cookie"),
        pytest.param("{{client_id}}", "placeholder", id="a template"),
    ],
)
def test_no_client(value: str, problem: str) -> None:
    """What cannot be a client id is none, and the reason does not repeat it."""
    reading = client_id_from(value)

    assert (reading.client_id, reading.standard) == (None, False)
    assert reading.problem is not None
    assert problem in reading.problem
    assert len(reading.problem) < 60


_LAST_HIT = datetime.fromtimestamp(1764000100, UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("GS1.1.1764000000.5.1.1764000100.0.0.0", (5, _LAST_HIT), id="GS1"),
        pytest.param("GS1.3.1764000000.5.1.1764000100.60.0.abc", (5, _LAST_HIT), id="GS1, depth 3"),
        pytest.param("GS1.1.1764000000.5", (5, None), id="GS1 with the least parts"),
        pytest.param("GS1.1.1764000000", (None, None), id="GS1 with less"),
        pytest.param("GS1.1.1764000000.x.1.y", (None, None), id="GS1 with odd parts"),
        pytest.param("GS2.1.s1764000000$o5$g1$t1764000100$j60$l0$h0", (5, _LAST_HIT), id="GS2"),
        pytest.param(
            "GS2.1.s1764000000$o5$g1$t1764000100$j60$l0$h0$dYWJj", (5, _LAST_HIT), id="GS2 with d"
        ),
        pytest.param("GS2.3.s1764000000$o5$t1764000100", (5, _LAST_HIT), id="GS2, depth 3"),
        pytest.param("GS2.1.t1764000100$o5$s1764000000", (5, _LAST_HIT), id="GS2, other order"),
        pytest.param("GS2.1.habc$s1764000000", (None, None), id="GS2, a hash first"),
        pytest.param("GS2.1.s1764000000", (None, None), id="GS2 with the id alone"),
        pytest.param("GS2.1.s1764000000$$o$t", (None, None), id="GS2 with empty parts"),
        pytest.param("GS2.1.s1764000000%24o5%24t1764000100", (5, _LAST_HIT), id="URL-encoded"),
        pytest.param("_ga_ABC123=GS2.1.s1764000000$o5", (5, None), id="with its name"),
        pytest.param("ga4_ga_ABC123=GS2.1.s1764000000$o5", (5, None), id="under a prefix"),
        pytest.param("s1764000000$o5$g1", (5, None), id="GS2 without its frame"),
        pytest.param("o5$s1764000000", (5, None), id="without its frame, other order"),
        pytest.param("1764000000", (None, None), id="the bare id"),
        pytest.param(" 1764000000 ", (None, None), id="white space"),
    ],
)
def test_session(value: str, expected: tuple[int | None, datetime | None]) -> None:
    """A session is read from either layout, or a bare id."""
    assert session_from(value, now=_NOW) == SessionReading(1764000000, *expected, problem=None)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        pytest.param("", "placeholder", id="empty"),
        pytest.param("deleted", "placeholder", id="deleted"),
        pytest.param("GS1.1", "whole session cookie", id="cut off"),
        pytest.param("GS1.1.", "no session id", id="cut off after the depth"),
        pytest.param("GS1.1.deleted", "no session id", id="deleted within"),
        pytest.param("GS2.1.o5$g1", "no session id", id="no s among the letters"),
        pytest.param("GS2.1.s$o5", "no session id", id="an empty s"),
        pytest.param("GS1.2.1234567890123456.abcdef", "too many digits", id="forged"),
        pytest.param("1764000000000", "too many digits", id="milliseconds"),
        pytest.param("9" * 4000, "neither", id="thousands of digits"),
        pytest.param("GA1.1.111.222", "neither", id="the other cookie"),
        pytest.param("111.222", "neither", id="a client id"),
        pytest.param("s1764000000x", "neither", id="a broken piece"),
        pytest.param("x" * 5000, "any cookie", id="longer than any cookie"),
        pytest.param("1325375999", "before 2012", id="a second too early"),
        pytest.param("1234567890", "before 2012", id="an example from a tutorial"),
        pytest.param("1", "before 2012", id="a counter"),
        pytest.param("2" + "0" * 9, "future", id="in the future"),
    ],
)
def test_no_session(value: str, problem: str) -> None:
    """What cannot be a session is none, and the reason does not repeat it."""
    reading = session_from(value, now=_NOW)

    assert (reading.session_id, reading.session_number, reading.last_hit) == (None, None, None)
    assert reading.problem is not None
    assert problem in reading.problem


@pytest.mark.parametrize(
    ("ahead", "believed"),
    [
        pytest.param(timedelta(days=1), True, id="a day ahead"),
        pytest.param(timedelta(days=1, seconds=1), False, id="more than a day ahead"),
    ],
)
def test_session_ahead_of_now(ahead: timedelta, *, believed: bool) -> None:
    """Clocks may differ by a day and no more; where now is unknown, any ten digits will do."""
    value = str(int((_NOW + ahead).timestamp()))

    assert (session_from(value, now=_NOW).session_id is not None) == believed
    assert session_from(value).session_id == int(value)


def test_earliest_session() -> None:
    """The first believable session began with 2012."""
    assert session_from("1325376000").session_id == 1_325_376_000


@pytest.mark.parametrize("last_hit", ["1763999999", "1999999999", "17640001000"])
def test_last_hit_is_within_reason(last_hit: str) -> None:
    """A last hit before the session, in the future, or in another unit is let go."""
    reading = session_from(f"GS1.1.1764000000.5.1.{last_hit}", now=_NOW)

    assert (reading.session_id, reading.last_hit) == (1764000000, None)


_COOKIES = st.text(st.characters(exclude_categories=())) | st.from_regex(
    r"(_ga(_X)?=)?(GA|GS|FPID)[12]\.\d(-\d)?\.[s$o.%0-9a-z@+]*", fullmatch=True
)


@given(_COOKIES)
def test_total(value: str) -> None:
    """Whatever the cookie, either something is believed or there is a reason why not."""
    client = client_id_from(value)
    session = session_from(value, now=_NOW)

    assert (client.client_id is None) == (client.problem is not None)
    assert (session.session_id is None) == (session.problem is not None)
    assert client.client_id is None or 0 < len(client.client_id) <= 256
    assert "@" not in (client.client_id or "")
    assert session.session_id is None or 1_325_376_000 <= session.session_id < 10**10


@given(
    st.integers(1, 2**31),
    st.integers(1_325_376_000, int(_NOW.timestamp())),
    st.integers(1, 9),
    st.integers(1, 10_000),
    st.randoms(),
)
def test_round_trip(number: int, start: int, depth: int, count: int, random: Random) -> None:
    """What a tag writes is read back, in every layout, order and encoding."""
    parts = [f"s{start}", f"o{count}", "g1", f"t{start + 60}", "j60", "l0", "h0"]
    random.shuffle(parts)
    expected = SessionReading(start, count, datetime.fromtimestamp(start + 60, UTC), None)

    for cookie in (
        f"GS1.{depth}.{start}.{count}.1.{start + 60}.0.0.0",
        f"GS2.{depth}.{'$'.join(parts)}",
    ):
        assert session_from(cookie, now=_NOW) == expected
        assert session_from(quote(cookie), now=_NOW) == expected
    client = f"GA1.{depth}.{number}.{start}"
    assert client_id_from(client).client_id == f"{number}.{start}"
    assert client_id_from(quote(client)).client_id == f"{number}.{start}"
