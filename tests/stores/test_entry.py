"""What the ledger keeps of one event."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.stores.entry import Entry, LedgerEvent


def test_a_key_never_changes() -> None:
    """Were it to, every event of the last 90 days would be sent once more."""
    key = LedgerEvent("G-TEST123", "purchase", "ORD-9").key

    assert key == "e9d4c81b27c89e73258ce4c4ff93c0f3b881850be7e4a8dc4a37fb3814895629"


@given(st.text(), st.text())
def test_a_key_shows_nothing_of_the_order(event_name: str, business_key: str) -> None:
    """It may become a document's name."""
    assert re.fullmatch("[0-9a-f]{64}", LedgerEvent("G-1", event_name, business_key).key)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (("G-1", "purchase", "2"), ("G-12", "purchase", "")),
        (("G-1", "purchase", "x"), ("G-1", "purchasex", "")),
        (("G-1", "a", "b"), ("G-1", "b", "a")),
    ],
)
def test_the_parts_of_a_key_do_not_run_together(
    one: tuple[str, str, str], two: tuple[str, str, str]
) -> None:
    """Each has its own place."""
    assert LedgerEvent(*one).key != LedgerEvent(*two).key


def test_an_entry_has_no_field_for_a_person() -> None:
    """A client id, an address, a name: there is nowhere to put one but in `replay`."""
    names = {*LedgerEvent.__struct_fields__, *Entry.__struct_fields__}

    assert not {name for name in names if re.search("client|user|mail|name$|ip|customer", name)} - {
        "event_name"
    }
