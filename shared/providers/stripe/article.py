"""What a line of an order sold, by the id and the name the shop wants to see."""

import re
from dataclasses import dataclass, field
from typing import Final

import msgspec

from shared.decoding import id_of
from shared.providers.metadata import Metadata
from shared.providers.stripe.fields import NOTHING, Price, Product
from shared.providers.stripe.options import METADATA

# Stripe writes quantity and price into a subscription's lines, with a multiplication sign between
# quantity and name, "2 x Pro (at $10.00 / month)": as a name, another product for every quantity.
_COUNTED: Final = re.compile(r"[0-9]+ \u00d7 (?P<name>.+?)(?: \(at [^()]*\))?", re.DOTALL)
_UNNAMED: Final = "unnamed"


@dataclass(frozen=True, slots=True)
class Article:
    """What a line says of the product it sold.

    Attributes:
        price: The price, or the plan before there were prices.
        product: The product, where the line itself names it.
        description: The line's text.
        metadata: The line's own.
        dated: Whether the text has a date, as that of a proration does.
    """

    price: str | Price | None = None
    product: str | Product | None = None
    description: str | None = None
    metadata: msgspec.Raw = field(default_factory=lambda: NOTHING)
    dated: bool = False

    def names(self, choice: str) -> tuple[str | None, str | None]:
        """Return the item's id and name, one of which is always there.

        Args:
            choice: `product`, `price` or `metadata:KEY`. What the line lacks is replaced by the
                next best: the product's id, then the price's.
        """
        product, price = id_of(self._product()), id_of(self.price)
        own = self._own(choice.removeprefix(METADATA)) if choice.startswith(METADATA) else None
        item_id = own or ((price or product) if choice == "price" else (product or price))
        name = self._name(known=item_id is not None)
        return item_id, name or (None if item_id else _UNNAMED)

    def _product(self) -> str | Product | None:
        return self.product or (self.price.product if isinstance(self.price, Price) else None)

    def _own(self, key: str) -> str | None:
        """Return the id under a metadata key, the line's before the price's and the product's."""
        product = self._product()
        for holder in (
            self.metadata,
            self.price.metadata if isinstance(self.price, Price) else NOTHING,
            product.metadata if isinstance(product, Product) else NOTHING,
        ):
            # The rules of a transaction id are those of any id: no placeholder, nothing GA4 cuts.
            if found := Metadata(holder).transaction_id((key,)):
                return found
        return None

    def _name(self, *, known: bool) -> str | None:
        product = self._product()
        if isinstance(product, Product) and product.name:
            return product.name
        text = (self.description or "").strip()
        # A text of the moment, or one with an address in it, is no name where there is an id.
        if not text or "@" in text or (self.dated and known):
            return None
        found = _COUNTED.fullmatch(text)
        return found["name"] if found else text
