"""Google Play's real-time developer notifications: a hint that something happened, without money.

Source: Android's "Real-time developer notifications reference guide". The page itself says to ask
the Play Developer API what it was; there is no amount, currency or user in them.
"""

import hashlib
from enum import StrEnum
from typing import Final

import msgspec

from shared.decoding import read
from shared.domain.conversion import Source
from shared.errors import UnusableError
from shared.messages.fields import Id

PROVIDER: Final = "google_play"
_ACCEPTED: Final = 2**53

# Which types say that a payment was made: recovered from a failed one, renewed, bought again.
_PAID: Final = frozenset({1, 2, 4})
_KNOWN: Final = frozenset({*range(1, 14), 17, 18, 19, 20, 22})
_BOUGHT: Final = 1
_FULL_REFUND: Final = 1


class _Subscription(msgspec.Struct, frozen=True):
    notificationType: int  # noqa: N815 - as Google writes it
    purchaseToken: Id  # noqa: N815 - as Google writes it


class _Voided(msgspec.Struct, frozen=True):
    purchaseToken: Id  # noqa: N815 - as Google writes it
    orderId: Id | None = None  # noqa: N815 - as Google writes it
    refundType: int | None = None  # noqa: N815 - as Google writes it


class _Notification(msgspec.Struct, frozen=True):
    packageName: Id  # noqa: N815 - as Google writes it
    eventTimeMillis: int | str = 0  # noqa: N815 - as Google writes it
    subscriptionNotification: _Subscription | None = None  # noqa: N815 - as Google writes it
    oneTimeProductNotification: _Subscription | None = None  # noqa: N815 - as Google writes it
    voidedPurchaseNotification: _Voided | None = None  # noqa: N815 - as Google writes it
    pendingRefundReviewNotification: msgspec.Raw = msgspec.Raw(b"")  # noqa: N815 - as Google writes it
    testNotification: msgspec.Raw = msgspec.Raw(b"")  # noqa: N815 - as Google writes it


class PlayMeaning(StrEnum):
    """What a notification hints at."""

    PAID = "paid"
    VOIDED = "voided"
    TEST = "test notification"
    STATE = "a change of state, without money"
    UNKNOWN = "a type of notification nobody knows"


class PlayNotification(msgspec.Struct, frozen=True):
    """One notification.

    Attributes:
        meaning: What it hints at.
        source: Where it came from; its event id is the same for every copy.
        package_name: The app.
        purchase_token: What the Play Developer API is asked with; empty for a test.
        subscription: Whether it is about a subscription.
        order_id: Of what is voided.
        in_full: Whether all of it is voided.
        occurred_at_millis: When, Unix milliseconds.
    """

    meaning: PlayMeaning
    source: Source
    package_name: str
    purchase_token: str = ""
    subscription: bool = False
    order_id: str | None = None
    in_full: bool = False
    occurred_at_millis: int = 0


def read_play_notification(raw: bytes) -> PlayNotification:
    """Read a notification.

    Args:
        raw: Its JSON.

    Raises:
        UnusableError: A field is missing or malformed; it is named.
    """
    notification = read(raw, _Notification)
    millis = _millis(notification.eventTimeMillis)
    if notification.subscriptionNotification is not None:
        one, name = notification.subscriptionNotification, "subscription"
        meaning = _of_subscription(one.notificationType)
        token, kind = one.purchaseToken, f"{name}.{one.notificationType}"
        return _notification(notification, meaning, kind, token, millis, subscription=True)
    if notification.oneTimeProductNotification is not None:
        one = notification.oneTimeProductNotification
        meaning = PlayMeaning.PAID if one.notificationType == _BOUGHT else PlayMeaning.STATE
        kind = f"one_time_product.{one.notificationType}"
        return _notification(notification, meaning, kind, one.purchaseToken, millis)
    if notification.voidedPurchaseNotification is not None:
        voided = notification.voidedPurchaseNotification
        return _notification(
            notification,
            PlayMeaning.VOIDED,
            "voided_purchase",
            voided.purchaseToken,
            millis,
            order_id=voided.orderId,
            in_full=voided.refundType == _FULL_REFUND,
        )
    if bytes(notification.testNotification):
        return _notification(notification, PlayMeaning.TEST, "test", "", millis)
    if bytes(notification.pendingRefundReviewNotification):
        return _notification(notification, PlayMeaning.STATE, "pending_refund_review", "", millis)
    return _notification(notification, PlayMeaning.UNKNOWN, "unknown", "", millis)


def _of_subscription(kind: int) -> PlayMeaning:
    if kind in _PAID:
        return PlayMeaning.PAID
    return PlayMeaning.STATE if kind in _KNOWN else PlayMeaning.UNKNOWN


def _notification(  # noqa: PLR0913 - what one says
    notification: _Notification,
    meaning: PlayMeaning,
    kind: str,
    token: str,
    millis: int,
    *,
    subscription: bool = False,
    order_id: str | None = None,
    in_full: bool = False,
) -> PlayNotification:
    # Pub/Sub's id is another one when Google publishes again; the token is not for the log.
    named = f"{notification.packageName}\0{kind}\0{token}\0{millis}"
    event_id = hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return PlayNotification(
        meaning=meaning,
        source=Source(PROVIDER, event_id, kind),
        package_name=notification.packageName,
        purchase_token=token,
        subscription=subscription,
        order_id=order_id,
        in_full=in_full,
        occurred_at_millis=millis,
    )


def _millis(raw: int | str) -> int:
    """Return the time; Google's reference says a number and its examples show text."""
    text = str(raw)
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(_ACCEPTED)):
        raise UnusableError("eventTimeMillis", "not Unix milliseconds")
    return int(text)
