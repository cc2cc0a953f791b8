"""Which entry the ledger should have of a provider's event; nothing is changed by asking."""

from dataclasses import dataclass, replace
from datetime import datetime

from shared.delivery.ledger_events import fact_of, fact_of_refund, fact_of_unreadable
from shared.delivery.payment_identity import scoped
from shared.domain.conversion import Conversion, Ignored, PurchaseType
from shared.domain.link import Link
from shared.domain.refund import Refund, Reversal
from shared.errors import UnusableError
from shared.providers.event import ProviderEvent
from shared.settings import PaymentSettings, Provider
from shared.stores.entry import LedgerEvent
from shared.stores.orders import Orders


@dataclass(frozen=True, slots=True)
class Expectation:
    """What an event should have left behind.

    Attributes:
        fact: What its entry is about; its key is the entry's.
        occurred_at: When it happened, UTC.
    """

    fact: LedgerEvent
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Expected:
    """Says what events should have left behind, as `PaymentWebhook` would settle them.

    Attributes:
        settings: What the operator decided: an event that is not opted in leaves nothing.
        orders: Under which transaction id money is known already.
    """

    settings: PaymentSettings
    orders: Orders

    async def of(self, provider: Provider, event: ProviderEvent) -> Expectation | Link | None:
        """Return what an event should have left behind.

        Args:
            provider: Whose event it is.
            event: What its provider sent.

        Returns:
            A link for an event that only teaches which ids belong together; None for one that
            is nothing to us.

        Raises:
            UnavailableError: The store is out of reach.
        """
        common = self.settings.common
        if not event.live and not common.accept_test_events:
            return None
        try:
            domain_event = provider.kind.map_event(event, provider.options)
        except UnusableError:
            return Expectation(fact_of_unreadable(event.source, common), event.created_at)
        match domain_event:
            case Ignored():
                return None
            case Link():
                return domain_event
            case Refund() | Reversal():
                fact = fact_of_refund(domain_event, event.source, common)
                return Expectation(fact, domain_event.occurred_at)
            case Conversion():
                conversion = await self._named(domain_event)
                return Expectation(fact_of(conversion, common), conversion.occurred_at)

    async def _named(self, conversion: Conversion) -> Conversion:
        """Return a conversion under the ids and the name it is sent under."""
        name = self.settings.common.renewal_event_name
        if conversion.purchase_type is PurchaseType.RENEWAL and name != conversion.name:
            conversion = replace(conversion, renamed=name)
        if conversion.purchase_type is None or conversion.transaction_id is None:
            return conversion
        order = await self.orders.find(scoped(conversion.source, conversion.references))
        if order is None or order.transaction_id == conversion.transaction_id:
            return conversion
        return replace(
            conversion, transaction_id=order.transaction_id, business_key=order.transaction_id
        )
