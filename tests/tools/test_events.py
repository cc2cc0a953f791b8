"""The history of collected events is bounded, and holds no secret."""

from datetime import UTC, datetime

from tools.events import CollectedEvent, EventHistory

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECRET = "s3cr3t-s3cr3t"


def collected(body: bytes, *, api_secret: str = SECRET) -> CollectedEvent:
    """An event as the collector makes it."""
    return CollectedEvent.of(
        body,
        received_at=NOW,
        path="/mp/collect",
        measurement_id="G-TEST123456",
        api_secret=api_secret,
    )


def test_the_secret_is_not_in_the_event() -> None:
    """Whoever gets hold of an event, by repr or by field, does not get the secret."""
    event = collected(b'{"a": "s3cr3t-s3cr3t"}')

    assert "s3cr3t-s3cr3t" not in repr(event)
    assert event.leaked
    assert event.size == 22


def test_a_short_secret_is_not_searched_for() -> None:
    """A one-letter secret of a test would be found in every body."""
    assert not collected(b'{"a": 1}', api_secret="a").leaked


def test_bytes_bound_the_history_too() -> None:
    """A few large bodies push the oldest out as many small ones do."""
    history = EventHistory(size=25)
    for text in (b"x" * 10, b"y" * 10, b"z" * 10):
        history.add(collected(text))

    assert [event.body[:1] for event in history.snapshot()] == [b"y", b"z"]


def test_a_body_beyond_the_bound_is_not_kept() -> None:
    """One enormous body is forgotten at once instead of breaking the bound."""
    history = EventHistory(size=5)
    history.add(collected(b"x" * 10))

    assert history.snapshot() == ()


def test_clearing_frees_the_room() -> None:
    """After a clear there is room for as many bytes as before."""
    history = EventHistory(size=10)
    history.add(collected(b"x" * 10))
    history.clear()
    history.add(collected(b"y" * 10))

    assert [event.body for event in history.snapshot()] == [b"y" * 10]


def test_verdicts_are_as_of_arrival() -> None:
    """Looking at an event days later does not make it late."""
    stamp = int(NOW.timestamp() - 3600) * 1_000_000
    body = b'{"client_id":"1170316824.1700000000","timestamp_micros":%d,"events":[{"name":"a"}]}'

    assert b'"verdict":"error"' not in collected(body % stamp).render()
