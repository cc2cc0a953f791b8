"""Stripe's lists, page after page."""

from typing import Final

import msgspec

from shared.decoding import read
from shared.errors import UnavailableError, UnusableError
from shared.stripe_api.access import Access
from shared.stripe_api.client import StripeApi

PAGE: Final = 100  # the most that Stripe gives
MAX_PAGES: Final = 5  # GA4 takes 200 items; each page costs a fraction of the deadline


class Listed(msgspec.Struct, frozen=True):
    """A list as Stripe writes it.

    Attributes:
        data: What is in it.
        has_more: Whether there is more at Stripe.
    """

    data: list[msgspec.Raw]
    has_more: bool = False


class _Entry(msgspec.Struct, frozen=True):
    id: str


async def listed(api: StripeApi, path: str, access: Access) -> Listed:
    """Return the entries at a path; `has_more` where there are more than we read.

    Args:
        api: Stripe's.
        path: The list's.
        access: As whom, and until when.

    Raises:
        UnavailableError: Stripe is out of reach, or that is no list. Otherwise as `get`.
    """
    found: list[msgspec.Raw] = []
    start: list[tuple[str, str]] = []
    for _ in range(MAX_PAGES):
        page = await api.get(path, access, [("limit", str(PAGE)), *start])
        try:
            more = read(page, Listed)
            found += more.data
            if not (more.has_more and more.data):
                return Listed(found)
            start = [("starting_after", read(more.data[-1], _Entry).id)]
        except UnusableError as error:
            raise UnavailableError(f"Stripe's API gives a list with {error}") from None
    return Listed(found, has_more=True)
