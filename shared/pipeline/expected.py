"""Which entry the ledger should have of a provider's event; nothing is changed by asking."""

from dataclasses import dataclass, replace
from datetime import datetime

from shared.conversions.conversion import Conversion, Ignored, PurchaseType
from shared.conversions.link import Link
from shared.conversions.refund import Refund
from shared.errors import UnusableError
from shared.payments.notification import Notification
from shared.pipeline.facts import fact_of, fact_of_refund, fact_of_unreadable
from shared.pipeline.memory import scoped
from shared.settings import PaymentSettings, Provider
from shared.stores.entry import Fact
from shared.stores.orders import Orders


@dataclass(frozen=True, slots=True)
class Expectation:
    """What an event should have left behind.

    Attributes:
        fact: What its entry is about; its key is the entry's.
        occurred_at: When it happened, UTC.
    """

    fact: Fact
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Expected:
    """Tells what events should have left behind, as `Payments` would settle them.

    Attributes:
        settings: What the operator decided: an event that is not opted in leaves nothing.
        orders: Under which transaction id money is known already.
    """

    settings: PaymentSettings
    orders: Orders

    async def of(self, provider: Provider, event: Notification) -> Expectation | Link | None:
        """Return what an event should have left behind.

        Args:
            provider: Whose event it is.
            event: What its provider told.

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
            happening = provider.kind.convert(event, provider.options)
        except UnusableError:
            return Expectation(fact_of_unreadable(event.source, common), event.created_at)
        match happening:
            case Ignored():
                return None
            case Link():
                return happening
            case Refund():
                fact = fact_of_refund(happening, event.source, common)
                return Expectation(fact, happening.occurred_at)
            case Conversion():
                conversion = await self._named(happening)
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
