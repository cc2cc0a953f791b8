"""The domain's one noun: a fact, mostly money, that GA4 shall hear of exactly once."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from shared.domain.context import Context
from shared.domain.context_source import ContextSource
from shared.domain.item import Item
from shared.domain.money import Money
from shared.domain.param import Param
from shared.domain.sink import Sink


class Kind(StrEnum):
    """What happened: GA4's recommended events, and names of ours where there is none."""

    PURCHASE = "purchase"
    REFUND = "refund"
    START_TRIAL = "start_trial"
    TRIAL_CONVERTED = "trial_converted"
    TRIAL_WILL_END = "trial_will_end"
    CANCEL_SCHEDULED = "subscription_cancel_scheduled"
    CANCELLED = "subscription_cancelled"
    PAYMENT_FAILED = "payment_failed"
    DISPUTE_OPENED = "dispute_opened"
    CUSTOM = "custom"
    """Any other event; what it is called stands in `renamed`."""


class PurchaseType(StrEnum):
    """Which kind of purchase, sent as `purchase_type`: renewals must not look like new buyers."""

    ONE_TIME = "one_time"
    START = "subscription_start"
    RENEWAL = "subscription_renewal"
    UPDATE = "subscription_update"
    USAGE = "usage"
    INVOICE = "invoice"
    OFFLINE = "offline"


DEBUG_MARK: Final = "x-connectors-debug"
"""The header of a delivery, or the attribute of a message, whose `true` asks for `Source.debug`.

It is heeded only beside a valid signature, or in a message: a provider's buyers can write fields,
but no headers and no messages (docs/decisions/0060-debug-marks.md).
"""


_OWN_ACCOUNTS: Final = frozenset({"adyen"})
"""Providers whose accounts are the shop's own: a message of the shop's may leave them out."""


class Source(msgspec.Struct, frozen=True):
    """Where a conversion was learned, for the log and the ledger; never sent to GA4.

    Attributes:
        provider: Which provider sent it, e.g. `stripe`.
        event_id: The provider's id of the event.
        event_type: The provider's name of the event's type.
        account: The account the event belongs to, where the provider has such: a connected account,
            or the merchant's own.
        live: False for the provider's test mode.
        shop: The shop's domain, where the provider names it.
        fields: What of the shop's own fields a rule of `ROUTES` looks at, as `metadata.shop`.
        apart: Whether it is of a test mode that has a stream of its own: nothing of it meets the
            live orders of the same number.
        debug: Whether its sender asked that GA4's DebugView shows it.
    """

    provider: str
    event_id: str
    event_type: str
    account: str | None = None
    live: bool = True
    shop: str | None = None
    fields: Mapping[str, str] = msgspec.field(default_factory=dict)
    apart: bool = False
    debug: bool = False

    @property
    def scope(self) -> str | None:
        """Whose ids these are: connected accounts, and a test mode apart, have ids of their own."""
        account = None if self.provider in _OWN_ACCOUNTS else self.account
        if not self.apart:
            return account
        return f"{account}:test" if account else "test"


class ForeignReference(msgspec.Struct, frozen=True):
    """A reference of an order that its buyer, or a campaign, may have chosen.

    Attributes:
        reference: The text.
        user: Who used it: the customer, else the order's session.
        customer: The customer, where the provider knows one.
        context: What is known of the buyer without it.
    """

    reference: str
    user: str
    customer: str | None
    context: Context


class Conversion(msgspec.Struct, frozen=True):
    """One fact that GA4 shall hear of, before anybody asked for its user.

    Attributes:
        kind: What happened.
        transaction_id: The order's id, the same on every event about this order; None for what
            is about no order.
        business_key: What makes the fact unique among its kind: the transaction id of a
            purchase, the refund's id of a refund, else the event's; the ledger claims it.
        money: How much; None for what is about no money.
        occurred_at: When it happened, UTC; not when we heard of it.
        context: What came with the event itself.
        source: Where we learned it.
        items: What was bought or returned.
        references: Every id of the provider and the shop that stands for this order alone.
        customer_references: Ids of the subscription and the customer.
        customer_ref: The provider's opaque id of the customer, if there is one.
        purchase_type: Of a purchase only.
        coupon: The code or id of the discount, where known.
        params: Further parameters for GA4, by name.
        renamed: GA4's name of the event, where the operator or the sender chose it.
        user_properties: What is known of the user from now on, by name.
        device_id: The shop's own device it happened at, a kiosk say: where no client is known,
            it is one. Never sent to GA4.
        foreign: A reference that anybody may write, which lends what it knows to its first customer
            alone. It is among `customer_references`, and in the context, until that is decided.
        first_of: The subscription of which this is the start where no payment of it came before,
            and a renewal where one did: its sender does not say which.
        payment_id: The provider's own id of the payment: `PROVIDER:ID`. A purchase whose
            transaction id is another payment's is sent under it.
        part_of: The provider's id of the payment that this is a part of: refunds name that. The
            first part stands for it, and every part is money of its own.
        guest_of: The transaction id of the order that this belongs to, where its own is another: a
            buyer whom nobody knows keeps that order's made-up client.
        trial: As `Ignored.trial`.
        may_be_owned: Whether another event may be this money's, and nothing here says whether.
        buyer_may_come: Whether another event that knows the buyer usually comes a second later.
        checkout: Ids under which a checkout that was not paid yet may be known, whose money this
            is then.
        not_alone: Where it only counts as the money of such a checkout: why it does not without.
        may_grow: Whether the same payment may be sent again with more money: an order that was
            edited after it was paid.
        placed_at: When the order was placed, UTC, where nobody signs the time of a delivery: an old
            one may come again as new.
        order_unknown: Of a refund whose purchase nobody ever heard of.
        order_unsent: Of a refund whose purchase was rejected or withheld.
        released: What was authorised and not captured, major units, where that is something.
        charged: As `Order.charged`.
        is_fee: Whether its money is a platform's fee, in which no tax and no shipping is.
        attended: Whether the sender says that the user was there, in the context's session.
        context_source: Where the context came from, once somebody looked for more of it.
        about: Further ids it is about, for people who look for it: they decide nothing.
        stream: The stream it goes to, by its name in `STREAMS`; None until that is decided.
        sink: How its order was sent; None where the stream's settings say how it is.
        notes: Fields that came with the event and could not be believed, by name.
    """

    kind: Kind
    transaction_id: str | None
    business_key: str
    money: Money | None
    occurred_at: datetime
    context: Context
    source: Source
    items: tuple[Item, ...] = ()
    references: tuple[str, ...] = ()
    customer_references: tuple[str, ...] = ()
    customer_ref: str | None = None
    purchase_type: PurchaseType | None = None
    coupon: str | None = None
    params: Mapping[str, Param] = {}
    renamed: str | None = None
    user_properties: Mapping[str, Param] = {}
    device_id: str | None = None
    foreign: ForeignReference | None = None
    first_of: str | None = None
    payment_id: str | None = None
    part_of: str | None = None
    guest_of: str | None = None
    trial: str | None = None
    may_be_owned: bool = False
    buyer_may_come: bool = False
    checkout: tuple[str, ...] = ()
    not_alone: str | None = None
    may_grow: bool = False
    placed_at: datetime | None = None
    order_unknown: bool = False
    order_unsent: bool = False
    released: Decimal | None = None
    charged: Money | None = None
    is_fee: bool = False
    attended: bool = False
    context_source: ContextSource | None = None
    about: tuple[str, ...] = ()
    stream: str | None = None
    sink: Sink | None = None
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """GA4's name of the event."""
        return self.renamed or str(self.kind)

    @property
    def resend_safe(self) -> bool:
        """Whether a duplicate does no harm.

        GA4 deduplicates `purchase` by its transaction id and nothing else (Help 12313109), so
        after an unclear answer only a purchase may be sent again.
        """
        return self.name == Kind.PURCHASE

    @property
    def joins_session(self) -> bool:
        """Whether the buyer was there: of renewals, refunds and the like nobody clicked."""
        return self.attended or self.purchase_type in (PurchaseType.ONE_TIME, PurchaseType.START)


class Ignored(msgspec.Struct, frozen=True):
    """An authentic event that is no conversion of ours.

    Attributes:
        reason: Why, in a few words, for the answer and the log.
        uncounted: Ids of a payment that the options leave out: its refund is left out too.
        may_be_owned: Whether another event may count that payment all the same.
        trial: The subscription that begins with a trial: its first payment is its start.
        about: As `Conversion.about`.
    """

    reason: str
    uncounted: tuple[str, ...] = ()
    may_be_owned: bool = False
    trial: str | None = None
    about: tuple[str, ...] = ()
