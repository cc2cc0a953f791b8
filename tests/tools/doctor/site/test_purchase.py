"""Orphans and doubles: the browser's purchase beside the server's."""

from dataclasses import replace

import pytest

from tests.tools.doctor.site.pages_seen import (
    CLIENT,
    GOOD,
    HIT,
    OURS,
    SESSION,
    buying,
    levels,
)
from tools.doctor.finding import Level
from tools.doctor.site.purchase import Expected, examine
from tools.doctor.site.seen import Purchase, Seen

SERVER = [Expected("ORDER-1")]
DELIVERED = Expected("ORDER-1", known=True, client_id=CLIENT, session_ids=frozenset({SESSION}))
ONE = Purchase("ORDER-1")
CASES: dict[str, tuple[Seen, list[Expected], dict[str, Level], str]] = {
    "merged": (buying(ONE), SERVER, {"purchase": Level.OK}, "GA4 merges them"),
    "another id": (
        buying(Purchase("1001")),
        SERVER,
        {"purchase": Level.ERROR},
        "is 1001, the server's ORDER-1: both count",
    ),
    "nearly": (buying(Purchase("order-1 ")), SERVER, {"purchase": Level.ERROR}, "only case"),
    "no id": (buying(Purchase(None)), SERVER, {"purchase": Level.ERROR}, "counts both"),
    "no id, server unknown": (buying(Purchase(None)), [], {"purchase": Level.ERROR}, "counts both"),
    "empty": (buying(Purchase("")), SERVER, {"purchase": Level.ERROR}, "merges all such"),
    "server unknown": (buying(ONE), [], {"purchase": Level.UNKNOWN}, "--transaction-id"),
    "a number": (
        buying(Purchase("1001", as_number=True)),
        [Expected("1001")],
        {"purchase": Level.WARNING},
        "is a number",
    ),
    "an address": (
        buying(Purchase("a@example.com")),
        [Expected("a@example.com")],
        {"purchase": Level.ERROR},
        "(not shown)",
    ),
    "none": (replace(GOOD, recorded=True), SERVER, {"purchase": Level.OK}, "sends none"),
    "a page": (GOOD, [], {}, ""),
    "left out": (
        replace(GOOD, recorded=True, hits=(replace(HIT, events=(), unread=True),)),
        SERVER,
        {"purchase": Level.UNKNOWN},
        "leaves out",
    ),
    "another property's": (
        buying(Purchase("1001"), measurement_id="G-OTHER1"),
        SERVER,
        {"purchase": Level.OK},
        "nothing is doubled",
    ),
    "twice": (
        buying(ONE, ONE),
        SERVER,
        {"purchase": Level.OK, "purchase repeated": Level.WARNING},
        "2 times",
    ),
    "twice without": (
        buying(Purchase(None), Purchase(None)),
        SERVER,
        {"purchase": Level.ERROR, "purchase repeated": Level.ERROR},
        "each counts",
    ),
    "one visit": (
        buying(ONE),
        [DELIVERED],
        dict.fromkeys(["purchase", "purchase client", "purchase session"], Level.OK),
        "of one client",
    ),
    "another client": (
        buying(ONE, client_id="1.2"),
        [DELIVERED],
        {"purchase": Level.OK, "purchase client": Level.ERROR},
        "an orphan",
    ),
    "another session": (
        buying(ONE, session_id="1"),
        [DELIVERED],
        {"purchase": Level.OK, "purchase client": Level.OK, "purchase session": Level.WARNING},
        "another session",
    ),
    "no session": (
        buying(ONE),
        [replace(DELIVERED, session_ids=frozenset())],
        {"purchase": Level.OK, "purchase client": Level.OK, "purchase session": Level.WARNING},
        "names no session",
    ),
    "no client": (
        buying(ONE),
        [replace(DELIVERED, client_id=None)],
        {"purchase": Level.OK, "purchase client": Level.WARNING},
        "without a capture",
    ),
    "no client in the browser": (
        buying(ONE, client_id=None),
        [DELIVERED],
        {"purchase": Level.OK, "purchase client": Level.UNKNOWN},
        "is unknown",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_pair_of_purchases_is_decided(name: str) -> None:
    """Merged, counted twice, or of nobody."""
    seen, expected, result, says = CASES[name]
    found = list(examine(seen, OURS, expected))

    assert levels(found) == result
    assert any(says in f"{each.says} {each.fix}" for each in found) or not found
    text = str(found) + str(expected) + str(seen)
    assert all(secret not in text for secret in (CLIENT, SESSION))
    assert "a@example.com" not in str(found)


def test_a_long_id_and_a_control_character_are_shown_safely() -> None:
    """Ids are anybody's text."""
    (found,) = examine(buying(Purchase("\x1b[31m" + "x" * 500)), OURS, SERVER)

    assert "\x1b" not in found.says
    assert len(found.says) < 250
