"""What becomes of Google Play's notifications: looked up where that is possible, else kept back."""

from typing import Final, Protocol

from shared.changed import replace
from shared.delivery.order_history import OrderHistory
from shared.delivery.payment_identity import scoped
from shared.domain.conversion import Ignored
from shared.domain.event import DomainEvent
from shared.domain.refund import Refund
from shared.domain.timestamps import from_unix_millis
from shared.errors import NoAmountError
from shared.messages.billing_event import BillingEvent
from shared.messages.billing_mapping import map_billing_event
from shared.messages.play_notification import PlayMeaning, PlayNotification

NO_API: Final = "Google Play names no amount, and no look-up of it is configured"
NOT_FOUND: Final = "Google Play names no amount, and its API does not know the purchase"
NO_ORDER: Final = "Google Play names no amount, and the voided order is not known"
PART: Final = "Google Play voided a part of the order and names no amount"


class PlayApi(Protocol):
    """Asks the Play Developer API what a notification is about.

    An implementation reads `purchases.subscriptionsv2` or `purchases.products` for the order's id
    and the user, and `orders` for its money (docs/decisions/0018-google-play.md).
    """

    async def look_up(self, notification: PlayNotification) -> BillingEvent | None:
        """Return the payment as a billing event of the provider `google_play`.

        Args:
            notification: What Google Play sent.

        Returns:
            None where the API does not know the purchase.

        Raises:
            UnavailableError: The API is out of reach; the message comes again.
            MisconfiguredError: The API may not be asked.
        """
        ...


async def map_notification(
    notification: PlayNotification, api: PlayApi | None, history: OrderHistory
) -> DomainEvent:
    """Return what a notification means; a purchase of zero, never.

    Args:
        notification: What Google Play sent.
        api: Where it can be looked up.
        history: The orders known already.

    Raises:
        NoAmountError: It is money, and nobody knows how much.
        UnusableError: What was looked up can never become an event.
    """
    match notification.meaning:
        case PlayMeaning.PAID:
            return await _paid(notification, api)
        case PlayMeaning.VOIDED:
            return await _voided(notification, history)
        case _:
            return Ignored(f"Google Play: {notification.meaning}")


async def _paid(notification: PlayNotification, api: PlayApi | None) -> DomainEvent:
    if api is None:
        raise NoAmountError(NO_API)
    found = await api.look_up(notification)
    if found is None:
        raise NoAmountError(NOT_FOUND)
    return map_billing_event(found, notification.source)


async def _voided(notification: PlayNotification, history: OrderHistory) -> DomainEvent:
    """Return the refund of a whole order that is known."""
    if not notification.in_full:
        raise NoAmountError(PART)
    references = (notification.order_id,) if notification.order_id else ()
    order = await history.stores.orders.find(scoped(notification.source, references))
    if order is None or notification.order_id is None:
        raise NoAmountError(NO_ORDER)
    return Refund(
        refund_id=f"{notification.order_id}:voided",
        money=replace(order.money, tax=None, shipping=None),
        references=references,
        transaction_id=notification.order_id,
        fallback_transaction_id=order.transaction_id,
        occurred_at=from_unix_millis(notification.occurred_at_millis),
    )
