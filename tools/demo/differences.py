"""Everything in which GA4's books are not the shop's."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from tools.demo.arrivals import Arrival
from tools.demo.compare import compared, is_same_money
from tools.shop.books import Books, Entry


def of_purchases(books: Books, sent: Iterable[Arrival]) -> Iterator[str]:
    """Every duplicate is compared: which of them GA4 keeps is not ours to choose."""
    missing = dict(books.entries)
    for purchase in sent:
        missing.pop(purchase.transaction_id, None)
        entry = books.entries.get(purchase.transaction_id)
        if entry is None:
            yield f"{purchase.transaction_id or 'a purchase without id'}: not in the shop's books"
        else:
            yield from compared(entry, purchase)
    for transaction_id in missing:
        yield f"{transaction_id}: GA4 has no such purchase"


def of_refunds(
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
        same = next((entry for entry in waiting if is_same_money(entry, refund)), None)
        if same is None:
            strangers.append(refund)
            continue
        waiting.remove(same)
        lines += compared(same, refund)
        lines += _of_buyer(refund, buyers)
    copies = 0
    for refund in strangers:
        if waiting := booked[refund.transaction_id]:
            lines += compared(waiting.pop(0), refund)
        else:
            copies += 1
            lines.append(_surplus(books, refund))
    lines += [
        f"{entry.transaction_id}: GA4 has no refund of {entry.value} {entry.currency}"
        for waiting in booked.values()
        for entry in waiting
    ]
    return lines, copies


def of_others(books: Books, others: Collection[Arrival]) -> Iterator[str]:
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
        entry.transaction_id == refund.transaction_id and is_same_money(entry, refund)
        for entry in books.refunds
    )
    return f"{what} arrived once too often" if is_copy else f"{what} is not in the shop's books"
