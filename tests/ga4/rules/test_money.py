"""Rules for what an event is worth."""

from decimal import Decimal

from tests.ga4.payloads import LEFT_OUT, Case, event, item, purchase, said, table

_PARAMS = "events[0].params"
_NO_CURRENCY = [f"error {_PARAMS}.currency VALUE_REQUIRED"]
_BAD_CURRENCY = [f"error {_PARAMS}.currency VALUE_INVALID"]
_BAD_VALUE = [f"error {_PARAMS}.value VALUE_INVALID"]


@table(
    Case("both", "value and currency together", purchase(), []),
    Case("neither", "nothing to say about money", event("qualify_lead"), []),
    Case("exact", "money is decimal", purchase(value=Decimal("1234567890.12")), []),
    Case("zero", "a free order is an order", purchase(value=0), []),
    Case(
        "value alone", "currency is required with value", purchase(currency=LEFT_OUT), _NO_CURRENCY
    ),
    Case(
        "value alone elsewhere",
        "the same for any event",
        event("kiosk_sale", value=1),
        _NO_CURRENCY,
    ),
    Case(
        "currency alone",
        "the Event Builder wants the pair",
        purchase(value=LEFT_OUT),
        [f"advice {_PARAMS}.value VALUE_REQUIRED"],
    ),
    Case(
        "currency alone in a list",
        "its table has no value",
        event("view_item_list", currency="EUR", items=[item()]),
        [],
    ),
    Case("earned", "virtual currency has no code", event("earn_virtual_currency", value=5), []),
    Case(
        "spent",
        "virtual currency has no code",
        event("spend_virtual_currency", value=5, virtual_currency_name="Gems"),
        [],
    ),
    Case("text", "a number, not text", purchase(value="19.90"), _BAD_VALUE),
    Case(
        "text elsewhere",
        "a number in any event",
        event("x", value="19.90", currency="EUR"),
        _BAD_VALUE,
    ),
    Case("with a sign", "a number, not text", purchase(value="$19"), _BAD_VALUE),
    Case("null", "a number", purchase(value=None), _BAD_VALUE),
    Case(
        "negative",
        "the sum of what was sold is not negative",
        purchase(value=Decimal("-0.01"), tax=-1, shipping=-1),
        [f"advice {_PARAMS}.{name} VALUE_OUT_OF_BOUNDS" for name in ("value", "tax", "shipping")],
    ),
)
def test_value(case: Case) -> None:
    """A value is a number and comes with its currency."""
    assert case.said == said(case.request), case.reason


@table(
    Case(
        "unlisted",
        "the list is not fully known, so the shape decides",
        purchase(currency="XTS"),
        [],
    ),
    Case("small", "capitals", purchase(currency="eur"), _BAD_CURRENCY),
    Case("two letters", "three letters", purchase(currency="EU"), _BAD_CURRENCY),
    Case("four letters", "three letters", purchase(currency="EURO"), _BAD_CURRENCY),
    Case("a sign", "letters", purchase(currency="€"), _BAD_CURRENCY),
    Case("digits", "letters", purchase(currency="978"), _BAD_CURRENCY),
    Case("a line end", "the whole text counts", purchase(currency="EUR\n"), _BAD_CURRENCY),
    Case("other capitals", "letters of ASCII", purchase(currency="ЕUR"), _BAD_CURRENCY),  # noqa: RUF001 - that is the case
    Case("empty", "three letters", purchase(currency=""), _BAD_CURRENCY),
    Case("null", "text", purchase(currency=None), _BAD_CURRENCY),
    Case("a number", "text", purchase(currency=978), _BAD_CURRENCY),
)
def test_currency(case: Case) -> None:
    """A currency is three capital letters."""
    assert case.said == said(case.request), case.reason


_ID = f"{_PARAMS}.transaction_id"


@table(
    Case("64 characters", "Google Ads takes these", purchase(transaction_id="o" * 64), []),
    Case(
        "65 characters",
        "Google Ads does not",
        purchase(transaction_id="o" * 65),
        [f"advice {_ID} VALUE_OUT_OF_BOUNDS"],
    ),
    Case(
        "100 characters",
        "GA4 takes these",
        purchase(transaction_id="o" * 100),
        [f"advice {_ID} VALUE_OUT_OF_BOUNDS"],
    ),
    Case(
        "101 characters",
        "GA4 does not",
        purchase(transaction_id="o" * 101),
        [f"error {_ID} VALUE_OUT_OF_BOUNDS", f"advice {_ID} VALUE_OUT_OF_BOUNDS"],
    ),
    Case(
        "empty",
        "all such purchases merge",
        purchase(transaction_id=""),
        [f"error {_ID} VALUE_REQUIRED"],
    ),
    Case(
        "blank",
        "all such purchases merge",
        purchase(transaction_id=" "),
        [f"error {_ID} VALUE_REQUIRED"],
    ),
    Case(
        "undefined",
        "all such purchases merge",
        purchase(transaction_id="undefined"),
        [f"error {_ID} VALUE_REQUIRED"],
    ),
    Case(
        "empty elsewhere",
        "an id is an id",
        event("kiosk_sale", transaction_id=""),
        [f"error {_ID} VALUE_REQUIRED"],
    ),
    Case("null", "text", purchase(transaction_id=None), [f"error {_ID} VALUE_INVALID"]),
)
def test_transaction_id(case: Case) -> None:
    """A transaction id is one order's own."""
    assert case.said == said(case.request), case.reason


@table(
    Case("new", "new or returning", purchase(customer_type="new"), []),
    Case("returning", "new or returning", purchase(customer_type="returning"), []),
    Case(
        "other",
        "new or returning",
        purchase(customer_type="vip"),
        [f"error {_PARAMS}.customer_type VALUE_INVALID"],
    ),
    Case(
        "a number",
        "text",
        purchase(customer_type=1),
        [f"error {_PARAMS}.customer_type VALUE_INVALID"],
    ),
    Case("elsewhere", "only purchase has it", event(customer_type="vip"), []),
)
def test_customer_type(case: Case) -> None:
    """The customer of a purchase is new or returning."""
    assert case.said == said(case.request), case.reason
