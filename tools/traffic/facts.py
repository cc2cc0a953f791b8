"""What a delivery is about, and what kinds of deliveries there are made of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from shared.providers.minor_units import STRIPES
from shared.providers.registry import PROVIDERS
from tools.traffic.request import Request
from tools.traffic.sales import Visit


@dataclass(frozen=True)
class Price:
    """What is paid for one item, without tax, shipping or discount.

    Attributes:
        amount: In major units.
        currency: ISO 4217, capitals.
    """

    amount: Decimal
    currency: str

    @property
    def text(self) -> str:
        """The amount with the currency's decimals, as Shopify and messages write it."""
        return f"{self.amount:.{decimals(self.currency)}f}"

    def minor(self, sender: str) -> int:
        """The amount in minor units, as a sender counts them.

        Args:
            sender: As in `Request`.
        """
        return int(self.amount.scaleb(decimals(self.currency, sender)))


@dataclass(frozen=True)
class Facts:
    """What every delivery about one order has in common.

    Attributes:
        order: Text that all ids in it are made of.
        visit: What the shop's page knew of the buyer.
        now: When it would be sent in time, in Unix seconds; what it tells of was a moment before.
        price: What is paid. None: the kind's usual goods, with tax and shipping, in EUR.
    """

    order: str
    visit: Visit
    now: int
    price: Price | None = None


Make = Callable[[Facts], Request]
"""Makes a delivery, not signed yet."""


@dataclass(frozen=True)
class Kind:
    """One kind of delivery.

    Attributes:
        function: Which function takes it.
        make: Makes one, not signed yet.
        becomes: What GA4 receives of it, in a few words, with the option that it needs.
        after: The kinds that have to come first, because it is about them.
        has_price: Whether it can be about another price.
    """

    function: str
    make: Make
    becomes: str
    after: tuple[str, ...] = ()
    has_price: bool = True


def decimals(currency: str, sender: str = "") -> int:
    """Return how many decimals a currency has.

    Args:
        currency: ISO 4217, capitals.
        sender: Whose minor units are meant, as in `Request`: a provider has its own table.
    """
    exponents = PROVIDERS[sender].exponents if sender in PROVIDERS else STRIPES
    return exponents.digits(currency)


def rfc3339(seconds: int) -> str:
    """Return Unix seconds as RFC 3339, UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
