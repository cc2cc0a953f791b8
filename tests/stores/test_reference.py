"""References as they are kept."""

import re

from hypothesis import given
from hypothesis import strategies as st

from shared.stores.reference import hashed


def test_a_kept_reference_never_changes() -> None:
    """Were it to, no refund would find its order any more."""
    assert hashed(["cs_1"]) == ("df49cb665346890a99e6cbda11993715301aadef8fbbc8e0b77f25087055d2d6",)


@given(st.lists(st.text()))
def test_any_text_is_kept_as_a_name_any_store_can_take(references: list[str]) -> None:
    """A slash, a newline, a thousand characters: nothing of it shows."""
    assert all(re.fullmatch("[0-9a-f]{64}", name) for name in hashed(references))


@given(st.lists(st.sampled_from(["a", "b", "A", "a ", "", " ", "\n"])))
def test_distinct_references_stay_in_their_order(references: list[str]) -> None:
    """Blank ones are left out."""
    distinct = [text for text in dict.fromkeys(references) if text.strip()]

    assert [hashed([text])[0] for text in distinct] == list(hashed(references))
