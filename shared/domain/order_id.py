"""The id of an order, as GA4 may have it."""

from shared.domain.placeholder import is_placeholder
from shared.errors import UnusableError


def order_id(given: str | None, path: str) -> str:
    """Return an order's id; GA4 would take all orders with the same placeholder for one.

    Args:
        given: What the sender calls it.
        path: Where it stands, for the error.

    Raises:
        UnusableError: It is missing, a placeholder or an e-mail address.
    """
    if given is None:
        raise UnusableError(path, "missing")
    if is_placeholder(given):
        raise UnusableError(path, "blank or a placeholder")
    if "@" in given:
        raise UnusableError(path, "looks like an e-mail address")
    return given
