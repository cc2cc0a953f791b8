"""The lines of an order as items that add up to its value: docs/decisions/0011-items.md."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import msgspec

from shared.decoding import id_of
from shared.domain.item import Item
from shared.domain.money import Money
from shared.errors import UnusableError
from shared.providers.metadata import Metadata
from shared.providers.minor_units import MAX_MINOR_UNITS, major_units
from shared.providers.stripe.fields import NOTHING, Price, Product
from shared.providers.stripe.options import METADATA

MAX_ITEMS: Final = 200  # GA4 takes no more in an event
PLACES: Final = Decimal("0.000001")
_MAX_QUANTITY: Final = 10**12
_MAX_PLACES: Final = 12  # what Stripe writes at most
_MAX_PRICE: Final = 10**15


class Line(msgspec.Struct, frozen=True):
    """A line of an order.

    Attributes:
        item_id: What was sold.
        item_name: What it is called.
        net: After discounts, without tax, minor units; negative for a credit.
        discount: What was taken off, minor units.
        quantity: How many; zero where nothing was used.
        line: The line's own id, where a credit note may name it.
    """

    item_id: str | None
    item_name: str | None
    net: int
    discount: int = 0
    quantity: Decimal = Decimal(1)
    line: str | None = None


class Items(msgspec.Struct, frozen=True):
    """An order's items.

    Attributes:
        items: What was sold, at the prices that were paid.
        notes: Why they may not add up to the value.
    """

    items: tuple[Item, ...] = ()
    notes: tuple[str, ...] = ()


def bounded(minor: int, path: str) -> int:
    """Return an amount of a line as it is.

    Raises:
        UnusableError: It is larger than any payment, in either direction.
    """
    if abs(minor) > MAX_MINOR_UNITS:
        raise UnusableError(path, f"more than {MAX_MINOR_UNITS} minor units")
    return minor


def counted(quantity: Decimal | int | None, path: str) -> Decimal:
    """Return a line's quantity, one where none is given.

    Raises:
        UnusableError: It is no quantity.
    """
    found = Decimal(1 if quantity is None else quantity)
    exponent = found.as_tuple().exponent
    if not isinstance(exponent, int) or not 0 <= found <= _MAX_QUANTITY or exponent < -_MAX_PLACES:
        raise UnusableError(path, "not a quantity")
    return found


def to_items(
    lines: Sequence[Line], money: Money, path: str, *, whole: bool = True, credit: int = 0
) -> Items:
    """Return what was sold so that price times quantity adds up to the order's value.

    The value is the provider's word; the lines say in which proportion it is shared. Credits,
    such as the unused time of an earlier plan, are no items: they make the others cheaper.

    Args:
        lines: What the order says.
        money: What was paid.
        path: Where the lines stand, for the notes.
        whole: Whether these are all lines there are; if not, each keeps its own price.
        credit: What was taken off the order as a whole, minor units.
    """
    unit = major_units(1, money.currency, path)
    value = int(money.net / unit)
    sold = [line for line in lines if line.net > 0 or (line.net == 0 and line.quantity > 0)]
    total = sum(line.net for line in sold)
    if not sold or (whole and total == 0 and value > 0):
        return Items(notes=(f"{path}: no line was sold",) if lines and value > 0 else ())
    if not whole:
        shares = [line.net for line in sold]
        notes: tuple[str, ...] = (f"{path}: not all of them came with the event",)
    else:
        shares = _shares(sold, total, value)
        explained = sum(line.net for line in lines) - credit == value
        notes = () if explained else (f"{path}: do not add up to the value",)
    priced = list(zip(sold, shares, strict=True))
    if len(priced) > MAX_ITEMS:
        rest = sum(share for _, share in priced[MAX_ITEMS - 1 :])
        priced[MAX_ITEMS - 1 :] = [(Line("further_items", "Further items", rest), rest)]
    return Items(tuple(_item(line, share, unit) for line, share in priced), notes)


def _shares(sold: Sequence[Line], total: int, value: int) -> list[int]:
    """Share the value among the lines: each is rounded against the whole, so nothing is left."""
    shares, running, given = [], 0, 0
    for line in sold:
        running += line.net
        due = (2 * value * running + total) // (2 * total) if total else 0
        shares.append(due - given)
        given = due
    return shares


def _item(line: Line, share: int, unit: Decimal) -> Item:
    paid, quantity = share * unit, line.quantity or Decimal(1)
    price = _each(paid, quantity)
    if price is None or abs(price * quantity - paid) > unit / 2:
        # Six decimals cannot say the price of so many: the lot of them is one.
        quantity, price = Decimal(1), paid
    discount = _each(line.discount * unit, quantity) if line.discount > 0 else None
    return Item(price, quantity, line.item_id, line.item_name, discount, line=line.line)


def _each(amount: Decimal, quantity: Decimal) -> Decimal | None:
    """Return an amount per unit, to six decimals; None where that has too many digits."""
    each = amount / quantity
    return each.quantize(PLACES) if each < _MAX_PRICE else None


# Stripe writes quantity and price into a subscription's lines, with a multiplication sign between
# quantity and name, "2 x Pro (at $10.00 / month)": as a name, another product for every quantity.
_COUNTED: Final = re.compile(r"[0-9]+ \u00d7 (?P<name>.+?)(?: \(at [^()]*\))?", re.DOTALL)
_UNNAMED: Final = "unnamed"


class Article(msgspec.Struct, frozen=True):
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
    metadata: msgspec.Raw = msgspec.field(default_factory=lambda: NOTHING)
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
