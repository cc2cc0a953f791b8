"""Distant rows, kept for a while."""

import re
from collections.abc import Mapping, Sequence

import pytest

from shared.errors import InvalidValueError
from shared.sources.cached import KEEP_SECONDS, Cached
from shared.sources.protocol import Nothing, Row
from shared.sources.reference import Scheme, SourceReference, read_source
from tests.support.loop import in_a_loop


class Distant:
    """A place that counts what it is asked.

    Attributes:
        asked: The keys of each look-up.
    """

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    async def rows(self, keys: Sequence[str]) -> Mapping[str, Sequence[Row]]:
        """Return a row for every key but `none`."""
        self.asked.append(list(keys))
        return {key: ({"key": key},) for key in keys if key != "none"}

    async def close(self) -> None:
        """Do nothing."""


@in_a_loop
async def test_what_was_found_and_what_was_not_are_both_kept() -> None:
    """An unknown item is not asked for again with every order."""
    distant = Distant()
    cached = Cached(distant, lambda: 0.0)
    first = await cached.rows(["a", "none", "a"])

    assert await cached.rows(["a", "none", "b"]) == {**first, "b": ({"key": "b"},)}
    assert distant.asked == [["a", "none"], ["b"]]


@in_a_loop
async def test_rows_are_read_anew_after_five_minutes() -> None:
    """Costs change."""
    now = [0.0]
    distant = Distant()
    cached = Cached(distant, lambda: now[0])
    await cached.rows(["a"])
    now[0] = KEEP_SECONDS
    await cached.rows(["a"])

    assert distant.asked == [["a"], ["a"]]


@in_a_loop
async def test_memory_is_bounded_and_an_answer_is_whole_all_the_same() -> None:
    """A catalogue may be larger than a function."""
    distant = Distant()
    cached = Cached(distant, lambda: 0.0, most=2)

    assert set(await cached.rows(["a", "b", "c"])) == {"a", "b", "c"}
    await cached.rows(["c"])
    await cached.rows(["a"])
    assert distant.asked == [["a", "b", "c"], ["a"]]


@in_a_loop
async def test_no_place_knows_nothing() -> None:
    """A setting that is not there is no error."""
    assert await Nothing().rows(["a"]) == {}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("csv:/data/costs.csv", SourceReference(Scheme.CSV, "/data/costs.csv")),
        ("firestore:shop/(default)", SourceReference(Scheme.FIRESTORE, "shop/(default)")),
        ("bigquery:shop.crm.costs", SourceReference(Scheme.BIGQUERY, "shop.crm.costs")),
    ],
)
def test_a_place_is_read(text: str, wanted: SourceReference) -> None:
    """By its scheme."""
    assert read_source(text) == wanted


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("bigquery:shop.crm", "has 3 parts with . between; this has 2"),
        ("bigquery:Shop.crm.costs", "project ids are lower case"),
        ("bigquery:shop.crm.a`b", "a table's name holds letters"),
        ("bigquery:shop.c-m.costs", "a dataset's name holds letters"),
        ("firestore:shop", "has 2 parts with / between; this has 1"),
        ("csv:", "the path is missing"),
        ("xlsx:/data/costs.xlsx", "takes csv:PATH"),
    ],
)
def test_a_place_is_read_strictly(text: str, rule: str) -> None:
    """A table's name is part of a query, so it is nothing but a name. The error says the rule."""
    with pytest.raises(InvalidValueError, match=re.escape(rule)):
        read_source(text)
