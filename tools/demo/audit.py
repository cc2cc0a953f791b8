"""GA4's books against the shop's: money, counts, and everything that differs."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Self

from tools.arrivals import Arrival, arrivals_of, shown
from tools.traffic.books import Books, Entry, by_currency

_NONE = Decimal(0)


@dataclass(frozen=True)
class Balance:
    """Money in one currency.

    Attributes:
        shop: What the shop's books say.
        ga4: What GA4 shows.
        raw: What GA4 was sent, duplicates included.
    """

    shop: Decimal
    ga4: Decimal
    raw: Decimal


@dataclass(frozen=True)
class Account:
    """One kind of event.

    Attributes:
        balances: By currency.
        shop: How many the shop's books have.
        ga4: How many GA4 shows.
        sent: How many GA4 was sent.
        copies: How many of these should not have been.
    """

    balances: Mapping[str, Balance]
    shop: int
    ga4: int
    sent: int
    copies: int

    @classmethod
    def of(
        cls,
        booked: Collection[Entry],
        kept: Collection[Arrival],
        sent: Collection[Arrival],
        copies: int,
    ) -> Self:
        """Compare what is booked with what GA4 shows and with what it was sent.

        Args:
            booked: The shop's.
            kept: What GA4 shows.
            sent: What GA4 was sent.
            copies: How many of these should not have been.
        """
        shop, ga4, raw = by_currency(booked), _sums(kept), _sums(sent)
        balances = {
            currency: Balance(
                shop=(own := shop.get(currency, _NONE)),
                ga4=_written_like(own, ga4.get(currency, _NONE)),
                raw=_written_like(own, raw.get(currency, _NONE)),
            )
            for currency in sorted({*shop, *raw})
        }
        return cls(balances, len(booked), len(kept), len(sent), copies)


def _written_like(model: Decimal, amount: Decimal) -> Decimal:
    """The amount with the decimals of the model, if that does not change it."""
    if not amount.is_finite():
        return amount
    alike = amount.quantize(model)
    return alike if alike == amount else amount


def _sums(arrivals: Iterable[Arrival]) -> dict[str, Decimal]:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for arrival in arrivals:
        sums[arrival.currency] += arrival.amount("value")
    return dict(sums)


@dataclass(frozen=True)
class Audit:
    """What the comparison found.

    Attributes:
        purchases: GA4 shows each transaction once.
        renewals: Those of the purchases that a subscription's going on was.
        refunds: GA4 shows every duplicate.
        orphans: Purchases that GA4 cannot tie to a browser.
        unknown_visits: Sales of which the shop itself knew no browser.
        denied: Sales of which GA4 must know nothing: their buyers denied consent.
        denied_at_ga4: How many of these it knows all the same.
        verdicts: What was collected, by verdict.
        differences: Everything that is not as the shop's books say, one line each.
        requests: How many requests GA4 was sent: one by the Data Manager API may hold many events.
    """

    purchases: Account
    renewals: Account
    refunds: Account
    orphans: int
    unknown_visits: int
    denied: int
    denied_at_ga4: int
    verdicts: Mapping[str, int]
    differences: tuple[str, ...]
    requests: int = 0


def audit(
    books: Books,
    collected: bytes,
    *,
    only: str | None = None,
    about: Collection[str] | None = None,
) -> Audit:
    """Compare the shop's books with what the collector has.

    What arrived counts, whatever the functions know of it: where an answer got lost they cannot
    say whether a refund was taken, and must not send it again.

    Args:
        books: The shop's.
        collected: The answer to `GET /events`.
        only: The one stream that is looked at, by its measurement id.
        about: The transaction ids whose events are looked at; None for all, also those without.
    """
    everything = json.loads(collected, parse_float=Decimal)
    events = [
        event
        for event in everything
        if only in (None, event.get("measurement_id"))
        and (about is None or any(a.transaction_id in about for a in arrivals_of([event])))
    ]
    sent = list(arrivals_of(events))
    purchases = [arrival for arrival in sent if arrival.name == "purchase"]
    refunds = [arrival for arrival in sent if arrival.name == "refund"]
    others = [arrival for arrival in sent if arrival.name not in ("purchase", "refund")]
    kept = shown(purchases)
    buyers = {purchase.transaction_id: purchase.client_id for purchase in kept}
    of_refunds, surplus = _of_refunds(books, refunds, buyers)
    found = [
        *_of_purchases(books, purchases),
        *of_refunds,
        *_of_others(books, others),
        *_errors(events),
    ]
    renewals = [purchase for purchase in purchases if purchase.is_renewal]
    kept_renewals = [purchase for purchase in kept if purchase.is_renewal]
    return Audit(
        purchases=Account.of(
            books.entries.values(), kept, purchases, copies=len(purchases) - len(kept)
        ),
        renewals=Account.of(
            books.renewals, kept_renewals, renewals, copies=len(renewals) - len(kept_renewals)
        ),
        refunds=Account.of(books.refunds, refunds, refunds, copies=surplus),
        orphans=sum(purchase.is_orphan for purchase in kept),
        unknown_visits=sum(entry.client_id is None for entry in books.entries.values()),
        denied=len(books.denied),
        denied_at_ga4=len(books.denied & {arrival.transaction_id for arrival in sent}),
        verdicts=Counter(event["verdict"] for event in events),
        differences=tuple(dict.fromkeys(found)),
        requests=len({event.get("request_id", number) for number, event in enumerate(events)}),
    )


def _errors(events: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for event in events:
        if event["verdict"] == "error":
            found = [f for f in event["findings"] if f["level"] == "error"]
            places = ", ".join(f"{f['path'] or 'body'} {f['code']}" for f in found)
            yield f"a request GA4 would not take as it is: {places}"


def _of_purchases(books: Books, sent: Iterable[Arrival]) -> Iterator[str]:
    """Every duplicate is compared: which of them GA4 keeps is not ours to choose."""
    missing = dict(books.entries)
    for purchase in sent:
        missing.pop(purchase.transaction_id, None)
        entry = books.entries.get(purchase.transaction_id)
        if purchase.transaction_id in books.denied:
            yield f"{purchase.transaction_id}: GA4 has it, and its buyer denied consent"
        elif entry is None:
            yield f"{purchase.transaction_id or 'a purchase without id'}: not in the shop's books"
        else:
            yield from _compared(entry, purchase)
    for transaction_id in missing:
        yield f"{transaction_id}: GA4 has no such purchase"


def _of_refunds(
    books: Books, sent: Iterable[Arrival], buyers: Mapping[str, str]
) -> tuple[list[str], int]:
    """Compare refunds: each has to be there once, for GA4 counts every duplicate.

    They are distinguished by their order and, within it, by their money.

    Args:
        books: The shop's.
        sent: All refunds that arrived.
        buyers: Whose each transaction is in GA4.

    Returns:
        The differences, and how many refunds arrived that should not have.
    """
    booked: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in books.refunds:
        booked[entry.transaction_id].append(entry)
    lines: list[str] = []
    strangers = []
    for refund in sent:
        waiting = booked[refund.transaction_id]
        same = next((entry for entry in waiting if _is_same_money(entry, refund)), None)
        if same is None:
            strangers.append(refund)
            continue
        waiting.remove(same)
        lines += _compared(same, refund)
        lines += _of_buyer(refund, buyers)
    copies = 0
    for refund in strangers:
        if waiting := booked[refund.transaction_id]:
            lines += _compared(waiting.pop(0), refund)
        else:
            copies += 1
            lines.append(_surplus(books, refund))
    lines += [
        f"{entry.transaction_id}: GA4 has no refund of {entry.value} {entry.currency}"
        for waiting in booked.values()
        for entry in waiting
    ]
    return lines, copies


def _of_others(books: Books, others: Collection[Arrival]) -> Iterator[str]:
    """Whatever else arrived is about a sale, if it is about any, and GA4 counts every duplicate."""
    counts = Counter((o.name, o.client_id, str(sorted(o.params.items()))) for o in others)
    for other in others:
        if other.transaction_id and other.transaction_id not in books.entries:
            yield f"{other.transaction_id}: {other.name}: not in the shop's books"
    for (name, *_), count in counts.items():
        if count > 1:
            yield f"{name}: the same event arrived {count} times"


def _of_buyer(refund: Arrival, buyers: Mapping[str, str]) -> Iterator[str]:
    """One buyer stays one user, even one whose browser nobody saw."""
    buyer = buyers.get(refund.transaction_id, refund.client_id)
    if refund.client_id != buyer:
        yield (
            f"{refund.transaction_id}: refund: client_id is {refund.client_id},"
            f" of the purchase {buyer}"
        )


def _surplus(books: Books, refund: Arrival) -> str:
    who = refund.transaction_id or "without id"
    what = f"{who}: a refund of {refund.amount('value')} {refund.currency}"
    is_copy = any(
        entry.transaction_id == refund.transaction_id and _is_same_money(entry, refund)
        for entry in books.refunds
    )
    return f"{what} arrived once too often" if is_copy else f"{what} is not in the shop's books"


_AMOUNTS: Final = ("value", "tax", "shipping")


def _compared(entry: Entry, arrival: Arrival) -> Iterator[str]:
    """Everything of an event that is not as the entry says, one line each."""
    wanted: dict[str, object] = {
        "currency": entry.currency,
        "value": entry.value,
        "tax": entry.tax,
        "shipping": entry.shipping,
        "session_id": entry.session_id or "",
        "renewal": entry.is_renewal,
    }
    found: dict[str, object] = {
        "currency": arrival.currency,
        **{name: arrival.amount(name) for name in _AMOUNTS},
        "session_id": arrival.text("session_id"),
        "renewal": arrival.is_renewal,
    }
    if entry.client_id is not None:
        wanted |= {"client_id": entry.client_id, "orphan": False}
        found |= {"client_id": arrival.client_id, "orphan": arrival.is_orphan}
    what = f"{entry.transaction_id}: {'refund: ' if arrival.name == 'refund' else ''}"
    for name, value in wanted.items():
        if found[name] != value:
            yield f"{what}{name} is {_named(found[name])}, in the shop's books {_named(value)}"


def _is_same_money(entry: Entry, arrival: Arrival) -> bool:
    """Whether an event has exactly the money of an entry."""
    sent = (arrival.currency, *map(arrival.amount, _AMOUNTS))
    return sent == (entry.currency, entry.value, entry.tax, entry.shipping)


def _named(value: object) -> object:
    return "none" if value == "" else value
