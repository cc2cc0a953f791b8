"""Rules for the items of an event."""

from decimal import Decimal

import pytest

from tests.ga4.payloads import LEFT_OUT, Case, event, item, purchase, said, table

_ITEMS = "events[0].params.items"
_ITEM = f"{_ITEMS}[0]"


def _with(**fields: object) -> dict[str, object]:
    return purchase(items=[item(**fields)])


@table(
    Case("an id", "item_id or item_name", _with(), []),
    Case("a name", "item_id or item_name", _with(item_id=LEFT_OUT, item_name="Tea"), []),
    Case(
        "neither",
        "one of them is required",
        _with(item_id=LEFT_OUT),
        [f"error {_ITEM} VALUE_REQUIRED"],
    ),
    Case("blank", "blank is nothing", _with(item_id=" "), [f"error {_ITEM} VALUE_REQUIRED"]),
    Case("an id as number", "text", _with(item_id=7), [f"error {_ITEM}.item_id VALUE_INVALID"]),
    Case(
        "a price as text",
        "the server's INTERNAL_ERROR",
        _with(price="$19"),
        [f"error {_ITEM}.price VALUE_INVALID"],
    ),
    Case(
        "a price as digits",
        "a number",
        _with(price="19.90"),
        [f"error {_ITEM}.price VALUE_INVALID"],
    ),
    Case("an exact price", "money is decimal", _with(price=Decimal("19.90")), []),
    Case("free", "zero is a price", _with(price=0), []),
    Case(
        "negative price", "per unit", _with(price=-1), [f"error {_ITEM}.price VALUE_OUT_OF_BOUNDS"]
    ),
    Case(
        "negative quantity",
        "a count",
        _with(quantity=-1),
        [f"error {_ITEM}.quantity VALUE_OUT_OF_BOUNDS"],
    ),
    Case(
        "negative discount",
        "per unit",
        _with(discount=-1),
        [f"error {_ITEM}.discount VALUE_OUT_OF_BOUNDS"],
    ),
    Case(
        "quantity true",
        "true is no number",
        _with(quantity=True),
        [f"error {_ITEM}.quantity VALUE_INVALID"],
    ),
    Case("half a kilogram", "any number", _with(quantity=0.5), []),
    Case(
        "brand as number",
        "text",
        _with(item_brand=4711),
        [f"error {_ITEM}.item_brand VALUE_INVALID"],
    ),
    Case(
        "null",
        "not documented anywhere",
        _with(coupon=None),
        [f"error {_ITEM}.coupon VALUE_INVALID"],
    ),
    Case("nested", "no nesting", _with(size={"eu": 42}), [f"error {_ITEM}.size VALUE_INVALID"]),
    Case("custom", "text or number", _with(size=42, colour="blue"), []),
    Case(
        "custom null",
        "not documented anywhere",
        _with(size=None),
        [f"error {_ITEM}.size VALUE_INVALID"],
    ),
    Case(
        "an event's",
        "custom in an item",
        _with(shipping=5),
        [f"advice {_ITEM}.shipping NAME_INVALID"],
    ),
    Case("currency", "in Google's samples", _with(currency="EUR"), []),
    Case(
        "small currency",
        "capitals",
        _with(currency="eur"),
        [f"error {_ITEM}.currency VALUE_INVALID"],
    ),
    Case(
        "half a character",
        "UTF-8",
        _with(item_name="\ud800"),
        [f"error {_ITEM}.item_name VALUE_INVALID"],
    ),
    Case("umlauts", "UTF-8", _with(item_name="Grüner Tee"), []),
)
def test_item(case: Case) -> None:
    """An item has an id or a name, numbers as numbers, and nothing nested."""
    assert case.said == said(case.request), case.reason


@pytest.mark.parametrize("length", [99, 100])
def test_item_text(length: int) -> None:
    """A text in an item has up to 100 characters."""
    assert said(_with(item_name="ü" * length)) == []


def test_item_text_too_long() -> None:
    """A text in an item has at most 100 characters; in a 360 property 500."""
    assert said(_with(item_name="u" * 101)) == [f"error {_ITEM}.item_name VALUE_OUT_OF_BOUNDS"]
    assert said(_with(item_name="u" * 500), limit_360=True) == []


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (9, []),
        (10, []),
        (11, [f"advice {_ITEM} EXCEEDED_MAX_ENTITIES"]),
        (27, [f"advice {_ITEM} EXCEEDED_MAX_ENTITIES"]),
        (28, [f"error {_ITEM} EXCEEDED_MAX_ENTITIES"]),
    ],
)
def test_custom_parameters(count: int, expected: list[str]) -> None:
    """Google names two limits for an item's custom parameters: one warns, the other refuses."""
    assert said(_with(**{f"c{index}": index for index in range(count)})) == expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [(199, []), (200, []), (201, [f"error {_ITEMS} EXCEEDED_MAX_ENTITIES"])],
)
def test_count(count: int, expected: list[str]) -> None:
    """An event has at most 200 items."""
    assert said(purchase(items=[item()] * count)) == expected


@table(
    Case(
        "an object",
        "an array of objects",
        purchase(items=item()),
        [f"error {_ITEMS} VALUE_INVALID"],
    ),
    Case("null", "an array of objects", purchase(items=None), [f"error {_ITEMS} VALUE_INVALID"]),
    Case("text", "an array of objects", purchase(items="SKU-1"), [f"error {_ITEMS} VALUE_INVALID"]),
    Case("ids", "an array of objects", purchase(items=["SKU-1"]), [f"error {_ITEM} VALUE_INVALID"]),
    Case(
        "the second",
        "the path tells which",
        purchase(items=[item(), item(price="1")]),
        [f"error {_ITEMS}[1].price VALUE_INVALID"],
    ),
    Case(
        "in any event",
        "items are items",
        event("kiosk_sale", items=[{}]),
        [f"error {_ITEM} VALUE_REQUIRED"],
    ),
    Case("one selected", "only the first is used", event("select_item", items=[item()]), []),
    Case(
        "two selected",
        "only the first is used",
        event("select_item", items=[item()] * 2),
        [f"error {_ITEMS} EXCEEDED_MAX_ENTITIES"],
    ),
    Case(
        "promotion fields",
        "listed for promotions",
        event("view_promotion", items=[item(promotion_id="P")]),
        [],
    ),
)
def test_items(case: Case) -> None:
    """Items are an array of objects."""
    assert case.said == said(case.request), case.reason
