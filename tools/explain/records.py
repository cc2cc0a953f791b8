"""What providers say of an order, where the settings have a key that reads them."""

import re
from collections.abc import Sequence
from typing import Final

from shared import bootstrap
from shared.domain.conversion import Conversion, Ignored
from shared.domain.event import DomainEvent, Link
from shared.domain.refund import Refund, Reversal
from shared.errors import ConnectorError, UnusableError
from shared.handlers.payment_webhook import PaymentWebhook
from shared.providers.registry import PROVIDERS
from shared.reconciliation.provider.open_record import StandIns, open_record
from shared.reconciliation.provider.record import Record
from shared.settings.providers import Provider
from shared.settings.records import RecordSettings
from tools.explain.known import Known, source_of
from tools.explain.story import Statement

_OWN_IDS: Final = {
    "chargebee": re.compile(r"ev_[A-Za-z0-9]{1,64}"),
    "paypal": re.compile(r"[A-Z0-9]{17}"),
    "mollie": re.compile(r"tr_[A-Za-z0-9]{1,64}"),
    "paddle": re.compile(r"(txn|adj)_[A-Za-z0-9]{1,64}"),
    "revenuecat": re.compile(r"GPA\.[0-9.-]{1,64}|[0-9]{15,19}"),
    "shopify": re.compile(r"[0-9]{1,19}"),
    "woocommerce": re.compile(r"[0-9]{1,19}"),
}
_MOST: Final = 2


async def ask_records(
    settings: RecordSettings, ids: Sequence[str], known: Known
) -> list[Statement]:
    """Return what the providers say whose order it is, each that has a key.

    Args:
        settings: The providers, and where their APIs are.
        ids: What is asked about.
        known: What the store knows of it.
    """
    asked = [name for name in settings.compared if name in _OWN_IDS]
    if not asked:
        return []
    payments = bootstrap.payments(settings.payments)
    said = []
    try:
        for name in asked:
            statement = await _ask(payments, name, settings.stand_ins, ids, known)
            if statement is not None:
                said.append(statement)
    finally:
        await payments.apis.close()
        await payments.topics.close()
        await payments.sender.close()
        await payments.sender.stores.close()
    return said


async def _ask(
    payments: PaymentWebhook, name: str, stand_ins: StandIns, ids: Sequence[str], known: Known
) -> Statement | None:
    provider, who = payments.settings.providers[name], PROVIDERS[name].title
    try:
        record = await open_record(payments, provider, stand_ins, None)
        try:
            references = _references(record, ids, known)[:_MOST]
            found = [await _said(record, provider, who, each) for each in references]
        finally:
            await record.close()
    except ConnectorError as error:
        return Statement((f"{who} could not be asked: {error}.",))
    if not found:
        return None
    repair = f"`connectors reconcile {name} --from DAY --repair` sends what is missing."
    return Statement(
        tuple(sentence for _, sentence in found), any(there for there, _ in found), repair=repair
    )


def _references(record: Record, ids: Sequence[str], known: Known) -> list[str]:
    """Return the provider's own ids of what is asked about."""
    found = [each for each in ids if _OWN_IDS[record.name].fullmatch(each)]
    if known.entries and not any(source_of(e).provider == record.name for e in known.entries):
        return []  # the number of another provider's order
    payment_ids = dict.fromkeys(order.payment_id or "" for order in known.orders)
    prefix = f"{record.name}:"
    own = [name.removeprefix(prefix) for name in payment_ids if name.startswith(prefix)]
    for entry in known.entries:
        if source_of(entry).provider == record.name:
            reference = record.reference(entry.fact, own[0] if own else None)
            found += [reference] if reference else []
    return list(dict.fromkeys((*own, *found)))


async def _said(record: Record, provider: Provider, who: str, reference: str) -> tuple[bool, str]:
    event = await record.known(reference)
    if event is None:
        return False, f"{who} knows nothing of the id {reference}."
    try:
        meaning = _described(provider.kind.map_event(event, provider.options))
    except UnusableError as error:
        meaning = f"it cannot be read ({error})"
    test = "" if event.live else ", in test mode"
    made = f"{event.created_at:%Y-%m-%d %H:%M:%S} UTC"
    return True, f"{who} says of {reference}, of {made}{test}: {meaning}."


def _described(event: DomainEvent) -> str:
    """Return what an object of the provider's means, by the options as they are now."""
    match event:
        case Conversion():
            money = event.money
            paid = f" of {money.total:f} {money.currency} in all" if money else ""
            return f"a {event.name}{paid}"
        case Refund() | Reversal():
            after_all = " that is none after all" if isinstance(event, Reversal) else ""
            return f"a refund of {event.money.total:f} {event.money.currency}{after_all}"
        case Ignored() | Link():
            return f"nothing for GA4, by your options ({event.reason})"
