"""GA4's books against the shop's."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tools.demo.purchases import Purchase, purchases_in, shown
from tools.shop.books import Books, Entry

_NONE = Decimal(0)


@dataclass(frozen=True)
class Balance:
    """Money in one currency.

    Attributes:
        shop: What the shop earned.
        ga4: What GA4 shows: each transaction once.
        raw: What GA4 was sent, copies and all.
    """

    shop: Decimal
    ga4: Decimal
    raw: Decimal


@dataclass(frozen=True)
class Audit:
    """What the comparison found.

    Attributes:
        balances: By currency.
        orders: Paid orders in the shop's books.
        purchases: What GA4 shows.
        copies: How many more were sent than GA4 shows.
        orphans: Purchases that GA4 cannot tie to a browser.
        unknown_visits: Orders of which the shop itself knew no browser.
        verdicts: Collected requests by verdict.
        differences: Everything that is not as the shop's books say, one line each.
    """

    balances: Mapping[str, Balance]
    orders: int
    purchases: int
    copies: int
    orphans: int
    unknown_visits: int
    verdicts: Mapping[str, int]
    differences: tuple[str, ...]


def audit(books: Books, collected: bytes) -> Audit:
    """Compare the shop's books with what the collector has.

    Args:
        books: The shop's.
        collected: The answer to `GET /events`.
    """
    events = json.loads(collected, parse_float=Decimal)
    sent = [purchase for event in events for purchase in purchases_in(event["body"])]
    kept = shown(sent)
    return Audit(
        balances=_balances(books, kept, sent),
        orders=len(books.entries),
        purchases=len(kept),
        copies=len(sent) - len(kept),
        orphans=sum(purchase.is_orphan for purchase in kept),
        unknown_visits=sum(entry.client_id is None for entry in books.entries.values()),
        verdicts=Counter(event["verdict"] for event in events),
        differences=tuple(dict.fromkeys([*_differences(books, sent), *_errors(events)])),
    )


def _balances(
    books: Books, kept: Iterable[Purchase], sent: Iterable[Purchase]
) -> dict[str, Balance]:
    shop, ga4, raw = books.value_by_currency(), _sums(kept), _sums(sent)
    return {
        currency: Balance(
            shop=(earned := shop.get(currency, _NONE)),
            ga4=_written_like(earned, ga4.get(currency, _NONE)),
            raw=_written_like(earned, raw.get(currency, _NONE)),
        )
        for currency in sorted({*shop, *raw})
    }


def _written_like(model: Decimal, amount: Decimal) -> Decimal:
    """The amount with the decimals of the model, if that does not change it."""
    if not amount.is_finite():
        return amount
    alike = amount.quantize(model)
    return alike if alike == amount else amount


def _sums(purchases: Iterable[Purchase]) -> dict[str, Decimal]:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for purchase in purchases:
        sums[purchase.currency] += purchase.amount("value")
    return dict(sums)


def _differences(books: Books, sent: Iterable[Purchase]) -> Iterator[str]:
    """Every copy is compared: which of them GA4 keeps is not ours to choose."""
    missing = dict(books.entries)
    for purchase in sent:
        missing.pop(purchase.transaction_id, None)
        entry = books.entries.get(purchase.transaction_id)
        if entry is None:
            yield f"{purchase.transaction_id or 'a purchase without id'}: not in the shop's books"
        else:
            yield from _compared(entry, purchase)
    for transaction_id in missing:
        yield f"{transaction_id}: GA4 has no such purchase"


def _compared(entry: Entry, purchase: Purchase) -> Iterator[str]:
    wanted: dict[str, object] = {
        "currency": entry.currency,
        "value": entry.value,
        "tax": entry.tax,
        "shipping": entry.shipping,
    }
    found: dict[str, object] = {
        "currency": purchase.currency,
        **{name: purchase.amount(name) for name in ("value", "tax", "shipping")},
    }
    if entry.client_id is not None:
        wanted |= {"client_id": entry.client_id, "orphan": False}
        found |= {"client_id": purchase.client_id, "orphan": purchase.is_orphan}
    if entry.session_id is not None:
        wanted["session_id"] = entry.session_id
        found["session_id"] = purchase.text("session_id")
    for name, value in wanted.items():
        if found[name] != value:
            yield f"{entry.transaction_id}: {name} is {found[name]}, in the shop's books {value}"


def _errors(events: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for event in events:
        if event["verdict"] == "error":
            found = [f for f in event["findings"] if f["level"] == "error"]
            places = ", ".join(f"{f['path'] or 'body'} {f['code']}" for f in found)
            yield f"a request GA4 would not take as it is: {places}"
