"""What the store knows of an id: entries of the ledger, orders, and whether a browser is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from shared.delivery.payment_identity import mark, named, scoped
from shared.delivery.replay import replay_record_of
from shared.domain.context import Context
from shared.domain.conversion import Source
from shared.domain.merge_contexts import fill_missing
from shared.domain.order import Order
from shared.providers.registry import PROVIDERS
from shared.stores.entry import Entry
from shared.stores.stores import Stores
from tools.changed import replace

_KEY_LENGTH: Final = 64
_MESSAGES: Final = ("internal", "google_play")  # senders that messages name where nobody chose one
_ASKED_ENTRIES: Final = 20
_PARTS_WITH_AN_ACCOUNT: Final = 4
_SUBSCRIPTION: Final = "sub_"
_MARKS: Final = ("checkout", "uncounted", "unowned")


@dataclass(frozen=True, slots=True)
class Known:
    """What a store knows of an id.

    Attributes:
        entries: The entries about the id, those that were made last first.
        related: Further entries about the same orders, in the same order.
        orders: The orders that have the id.
        placed: A checkout that has the id, and was not paid when that was heard last.
        left_out: Whether a payment has the id that the options leave out.
        context: What is known of the buyer's browser, from anywhere.
    """

    entries: tuple[Entry, ...] = ()
    related: tuple[Entry, ...] = ()
    orders: tuple[Order, ...] = ()
    placed: Order | None = None
    left_out: bool = False
    context: Context | None = None

    @property
    def is_anything(self) -> bool:
        """Whether anything is known."""
        return bool(
            self.entries or self.orders or self.placed or self.left_out or self.context is not None
        )


def source_of(entry: Entry) -> Source:
    """Return where an entry's event came from; its id and type may hold blanks of their own."""
    provider, *rest = entry.fact.source.split(" ")
    has_account = len(rest) + 1 >= _PARTS_WITH_AN_ACCOUNT
    account = rest[0] if has_account else None
    event_type, _, event_id = " ".join(rest[1:] if has_account else rest).partition(" ")
    return Source(provider, event_id, event_type, account)


async def look_up(stores: Stores, ids: Sequence[str]) -> Known:
    """Return what a store knows of an id; nothing is changed by asking.

    Args:
        stores: The store.
        ids: The id, in each way it may be written, and others that are known to be its.

    Raises:
        UnavailableError: The store is out of reach.
    """
    entries = list(await stores.ledger.mentioning(ids))
    keys = [each for each in ids if len(each) == _KEY_LENGTH]
    entries += [entry for entry in await stores.ledger.find_all(keys) if entry is not None]
    sources = _sources(entries)
    named_by = [name for e in entries[:_ASKED_ENTRIES] if (name := e.fact.transaction_id)]
    names = list(dict.fromkeys((*ids, *named_by)))
    known, its = await stores.together(lambda unit: _remembered(unit, names, sources))
    also = [each for each in dict.fromkeys((*named_by, *its)) if each not in ids]
    own = {entry.fact.key for entry in entries}
    related = await stores.ledger.mentioning(also)
    return replace(
        known,
        context=_with_kept(known.context, entries[:_ASKED_ENTRIES]),
        entries=tuple(entries),
        related=tuple(entry for entry in related if entry.fact.key not in own),
    )


async def _remembered(
    stores: Stores, ids: Sequence[str], sources: Sequence[Source]
) -> tuple[Known, list[str]]:
    """Return the orders and the context under ids, and further ids of the same orders."""
    await stores.load([], ids)
    orders: dict[tuple[str, str | None], Order] = {}
    placed, left_out = None, False
    for each in ids:
        for reference in (
            mark("transaction", each),
            *(name for source in sources for name in _names(source, each)),
        ):
            order = await stores.orders.find((reference,))
            if order is not None:
                orders.setdefault((order.transaction_id, order.payment_id), order)
        for source in sources:
            checkout, *left = scoped(source, tuple(mark(kind, each) for kind in _MARKS))
            placed = placed or await stores.orders.find((checkout,))
            left_out = left_out or await stores.orders.find(tuple(left)) is not None
    known = Known(
        orders=tuple(orders.values()),
        placed=None if orders else placed,
        left_out=left_out and not orders,
        context=await _context(stores, ids, [*orders.values(), *([placed] if placed else [])]),
    )
    return known, [each for order in known.orders for each in await _its(stores, order, sources)]


async def _context(stores: Stores, ids: Sequence[str], orders: Sequence[Order]) -> Context | None:
    """Return what is known of a buyer's browser under ids and by orders."""
    context = await stores.contexts.get(ids)
    for order in orders:
        brought = await stores.contexts.get(order.references) if order.references else None
        for other in (brought, order.context):
            if other is not None and other != Context():
                context = other if context is None else fill_missing(context, other)
    return context


def _with_kept(context: Context | None, entries: Sequence[Entry]) -> Context | None:
    """Return it with what entries keep for a replay: an event's own session is nowhere else."""
    for entry in entries:
        record = replay_record_of(entry)
        if record is not None:
            context = fill_missing(record.conversion.context, context or Context())
    return context


async def _its(stores: Stores, order: Order, sources: Sequence[Source]) -> list[str]:
    """Return an order's ids and its subscription's; not its customer's, who has other orders."""
    await stores.load([], order.references)
    found = [order.transaction_id, (order.payment_id or "").partition(":")[2]]
    for reference in order.references:
        names = tuple(name for source in sources for name in scoped(source, (reference,)))
        same = None if reference == order.customer_ref else await stores.orders.find(names)
        if reference.startswith(_SUBSCRIPTION) or (
            same is not None and same.transaction_id == order.transaction_id
        ):
            found.append(reference)
    return found


def _names(source: Source, each: str) -> tuple[str, ...]:
    return (*scoped(source, (each,)), *named(source, each))


def _sources(entries: Sequence[Entry]) -> list[Source]:
    """Return whose numbers an id may be: every provider's, and each account's of the entries."""
    found = [source_of(entry) for entry in entries[:_ASKED_ENTRIES]]
    scopes: list[tuple[str, str | None]] = [(name, None) for name in (*PROVIDERS, *_MESSAGES)]
    scopes += [(source.provider, source.account) for source in found]
    return [Source(provider, "", "", account) for provider, account in dict.fromkeys(scopes)]
