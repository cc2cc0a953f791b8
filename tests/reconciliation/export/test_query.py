"""What GA4's export is asked, of tables as Google's schema has them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

import pytest

from shared.reconciliation.export.event_key import EventKey
from shared.reconciliation.export.hits import Hits, read_hits
from shared.reconciliation.export.query import STREAM, query
from tests.support.ga4_export import DATASET, Exported, export
from tests.support.ga4_export import STREAM as NUMBER
from tests.support.warehouse import Warehouse

AT: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
OURS: Final = {"mp_source": "payment_webhook"}
KEY: Final = EventKey("purchase", "T-1")


def asked(
    *rows: Exported, tables: Sequence[str] = ("events_20261120",), stream: str | None = None
) -> dict[EventKey, Hits]:
    """Ask about rows."""
    warehouse = Warehouse()
    export(warehouse, rows)
    parameters = {} if stream is None else {STREAM: stream}
    text = query(DATASET, tables, one_stream=stream is not None)
    _, given = warehouse.answer(text, parameters)
    warehouse.close()
    return dict(read_hits(row) for row in given)


def purchase(client: str | None = "1.2", at: datetime = AT, **params: object) -> Exported:
    """Return a purchase that we sent."""
    return Exported(
        "purchase", at, client, {**OURS, "transaction_id": "T-1", "value": 12.5, **params}
    )


def page_view(client: str = "1.2", session: object = 170) -> Exported:
    """Return what a tag sends."""
    return Exported("page_view", AT, client, {"ga_session_id": session})


def test_an_event_of_ours_is_counted_with_its_value_and_its_moment() -> None:
    """What has not our mark is none, and no answer."""
    found = asked(purchase(), page_view())

    assert found == {KEY: Hits(1, 0, 1, 0, Decimal("12.5"), AT)}


def test_copies_are_counted_with_their_clients() -> None:
    """The earliest tells when; values are summed exactly."""
    later = AT + timedelta(hours=1)
    found = asked(purchase(value=0.1, at=later), purchase(value=0.2), purchase("3.4", value=3))

    assert found == {KEY: Hits(3, 0, 2, 0, Decimal("3.3"), AT)}


def test_the_tags_own_purchase_is_counted_apart() -> None:
    """It has no part in our value."""
    tag = Exported("purchase", AT, "3.4", {"transaction_id": "T-1", "value": 99.0})
    found = asked(purchase(), tag)

    assert found == {KEY: Hits(1, 1, 2, 0, Decimal("12.5"), AT)}


def test_an_order_of_the_tags_alone_is_no_answer() -> None:
    """Nobody asked about it."""
    assert asked(Exported("purchase", AT, "3.4", {"transaction_id": "T-2"})) == {}


@pytest.mark.parametrize(
    ("client", "tag", "orphans"),
    [
        ("1.2", ("1.2", 170), 0),
        ("1.2", ("1.2", "170"), 0),
        ("1.2", ("3.4", 170), 1),
        ("1.2", ("1.2", 171), 1),
        (None, ("1.2", 170), 1),
    ],
    ids=["its own", "told as a text", "of another client", "another", "of no client"],
)
def test_an_orphan_is_in_a_session_nothing_else_is_in(
    client: str | None, tag: tuple[str, object], orphans: int
) -> None:
    """Whether the ids are numbers or texts."""
    found = asked(purchase(client, ga_session_id=170), page_view(*tag))

    assert found[KEY].orphans == orphans


def test_another_event_of_ours_makes_no_visit() -> None:
    """Two orphans do not vouch for each other."""
    both = [purchase(ga_session_id=170), purchase(ga_session_id=170)]

    assert (asked(*both))[KEY].orphans == 2


def test_an_event_without_a_session_is_no_orphan() -> None:
    """Of a renewal nobody said that somebody was there."""
    assert (asked(purchase()))[KEY].orphans == 0


def test_many_hits_in_one_session_count_once() -> None:
    """A visit of three pages does not make three purchases."""
    found = asked(purchase(ga_session_id=170), *[page_view()] * 3)

    assert found == {KEY: Hits(1, 0, 1, 0, Decimal("12.5"), AT)}


@pytest.mark.parametrize("given", ["", None], ids=["empty", "absent"])
def test_events_without_an_order_are_told_apart_by_their_time(given: str | None) -> None:
    """An empty id is none."""
    params = dict(OURS) if given is None else {**OURS, "transaction_id": given}
    later = AT + timedelta(microseconds=1)
    leads = [Exported("generate_lead", at, "1.2", params) for at in (AT, AT, later)]

    assert asked(*leads) == {
        EventKey("generate_lead", None, AT): Hits(2, 0, 1, 0, None, AT),
        EventKey("generate_lead", None, later): Hits(1, 0, 1, 0, None, later),
    }


def test_an_order_number_that_became_a_number_is_the_same_order() -> None:
    """GA4 types parameters by what they look like."""
    found = asked(purchase(transaction_id=10017))

    assert list(found) == [EventKey("purchase", "10017")]


def test_a_parameter_that_is_there_twice_breaks_nothing() -> None:
    """The first counts."""
    twice = Exported(
        "purchase", AT, "1.2", purchase().params, more={"value": 1.0, "mp_source": "x"}
    )

    assert (asked(twice))[KEY].value == Decimal("12.5")


def test_a_value_beyond_all_money_breaks_nothing() -> None:
    """A tag may send anything; a query that fails for it would tell nothing at all."""
    wild = Exported("purchase", AT, "1.2", {"transaction_id": "T-1", "value": 1e300})
    found = asked(purchase(), wild)

    assert found[KEY].value == Decimal("12.5")


def test_only_the_tables_that_are_named_are_read() -> None:
    """What a query reads is what it costs."""
    other = purchase(at=AT + timedelta(days=1))

    assert (asked(purchase(), other))[KEY].ours == 1
    assert (asked(purchase(), other, tables=["events_20261120", "events_20261121"]))[KEY].ours == 2


def test_only_one_stream_is_looked_at_where_one_is_named() -> None:
    """Another shop's stream has orders of the same numbers."""
    other = Exported("purchase", AT, "3.4", purchase().params, stream="7002")

    assert (asked(purchase(), other, stream=NUMBER))[KEY].ours == 1
    assert (asked(purchase(), other))[KEY].ours == 2
