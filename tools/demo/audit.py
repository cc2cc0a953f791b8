"""GA4's books against the shop's."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tools.demo import differences
from tools.demo.arrivals import arrivals_in, shown
from tools.demo.balance import Account
from tools.shop.books import Books


@dataclass(frozen=True)
class Audit:
    """What the comparison found.

    Attributes:
        purchases: GA4 shows each transaction once.
        renewals: Those of the purchases that a subscription's going on was.
        refunds: GA4 shows every duplicate.
        orphans: Purchases that GA4 cannot tie to a browser.
        unknown_visits: Sales of which the shop itself knew no browser.
        verdicts: Collected requests by verdict.
        differences: Everything that is not as the shop's books say, one line each.
    """

    purchases: Account
    renewals: Account
    refunds: Account
    orphans: int
    unknown_visits: int
    verdicts: Mapping[str, int]
    differences: tuple[str, ...]


def audit(books: Books, collected: bytes) -> Audit:
    """Compare the shop's books with what the collector has.

    What arrived counts, whatever the functions know of it: where an answer got lost they cannot
    say whether a refund was taken, and must not send it again.

    Args:
        books: The shop's.
        collected: The answer to `GET /events`.
    """
    events = json.loads(collected, parse_float=Decimal)
    sent = [arrival for event in events for arrival in arrivals_in(event["body"])]
    purchases = [arrival for arrival in sent if arrival.name == "purchase"]
    refunds = [arrival for arrival in sent if arrival.name == "refund"]
    others = [arrival for arrival in sent if arrival.name not in ("purchase", "refund")]
    kept = shown(purchases)
    buyers = {purchase.transaction_id: purchase.client_id for purchase in kept}
    of_refunds, surplus = differences.of_refunds(books, refunds, buyers)
    found = [
        *differences.of_purchases(books, purchases),
        *of_refunds,
        *differences.of_others(books, others),
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
        verdicts=Counter(event["verdict"] for event in events),
        differences=tuple(dict.fromkeys(found)),
    )


def _errors(events: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for event in events:
        if event["verdict"] == "error":
            found = [f for f in event["findings"] if f["level"] == "error"]
            places = ", ".join(f"{f['path'] or 'body'} {f['code']}" for f in found)
            yield f"a request GA4 would not take as it is: {places}"
