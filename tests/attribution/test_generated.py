"""A made-up client id: the same customer, the same user."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.attribution.attribute import generated_client_id


@pytest.mark.parametrize(
    ("measurement_id", "reference", "client_id"),
    [
        ("G-TEST123", "cus_1", "99737169.245572035"),
        ("G-TEST123", "cus_2", "1953078994.1013203860"),
        ("G-OTHER1", "cus_1", "1610938161.1288029247"),
    ],
)
def test_an_id_never_changes(measurement_id: str, reference: str, client_id: str) -> None:
    """Were these three to change, every customer would become a new user."""
    assert client_id == generated_client_id(measurement_id, reference)


@given(st.text(), st.text())
def test_an_id_has_the_form_google_recommends(measurement_id: str, reference: str) -> None:
    """Two positive numbers joined by a dot."""
    found = generated_client_id(measurement_id, reference)

    assert re.fullmatch(r"[1-9][0-9]{0,9}\.[1-9][0-9]{0,9}", found)


@given(st.sets(st.text(), min_size=2, max_size=2))
def test_two_customers_are_two_users(references: set[str]) -> None:
    """And the same customer is another user in another stream."""
    ids = {generated_client_id(stream, r) for stream in ("G-1", "G-2") for r in references}

    assert len(ids) == 4
