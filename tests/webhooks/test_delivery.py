"""A request before anybody believes it."""

from shared.webhooks.delivery import Delivery


def test_every_value_of_a_header_is_kept_in_order() -> None:
    """A header given twice has to be seen twice to be refused."""
    delivery = Delivery((("a", "1"), ("b", "2"), ("a", "3")), b"")

    assert delivery.values("a") == ["1", "3"]


def test_an_absent_header_has_no_values() -> None:
    """And it raises nothing."""
    assert Delivery((), b"").values("a") == []
