"""The domain's one noun."""

import pytest

from shared.conversions.conversion import Kind


@pytest.mark.parametrize(("kind", "safe"), [(Kind.PURCHASE, True), (Kind.REFUND, False)])
def test_only_a_purchase_may_be_sent_twice(kind: Kind, *, safe: bool) -> None:
    """GA4 merges purchases by their transaction id, and nothing else."""
    assert safe is kind.resend_safe


def test_kinds_are_named_as_ga4_names_its_events() -> None:
    """The name goes on the wire."""
    assert [kind.value for kind in Kind] == ["purchase", "refund"]
