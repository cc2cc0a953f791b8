"""A Checkout session: the money in payment mode, the buyer's context in subscription mode."""

from shared.decoding import id_of
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.domain.event import Link
from shared.domain.money import Money
from shared.domain.order import Order
from shared.providers.event import ProviderEvent
from shared.providers.metadata import Metadata
from shared.providers.minor_units import Amount
from shared.providers.stripe.buyer import buyer_of, ignored_but_denials
from shared.providers.stripe.fields import AT, ids, paid_subject, payment_id, subject, to_money
from shared.providers.stripe.items import Article, Items, Line, bounded, counted, to_items
from shared.providers.stripe.objects import CheckoutSession, SessionLine
from shared.providers.stripe.options import StripeOptions

# What a session says beside its money; unreadable, it is left out.
_DISPENSABLE = ("client_reference_id", "discounts", "invoice", "line_items", "subscription")
_NO_PURCHASE = "checkout in {} mode: no purchase"
_LINES = f"{AT}.line_items.data"


def from_session(event: ProviderEvent, options: StripeOptions) -> Conversion | Link | Ignored:
    """Return what `checkout.session.completed` or `.async_payment_succeeded` means.

    The money moved when the event was made; `session.created` is when the page was opened, up to
    a day earlier. A subscription's money is its invoice, which does not carry what the session
    does: the ids that belong together, and the buyer's context.

    Args:
        event: The notification.
        options: Which metadata keys hold the transaction id, and what an item's id is.

    Raises:
        UnusableError: The session is paid but its money cannot be read.
    """
    session, dropped = paid_subject(event, CheckoutSession, "checkout.session", _DISPENSABLE)
    if session.mode == "subscription":
        return _link(event, session, options)
    if session.mode != "payment":
        known = session.mode if session.mode == "setup" else "unknown"
        return _ignored(_NO_PURCHASE.format(known), event, session)
    if session.payment_status == "no_payment_required":
        return _ignored("no payment was required", event, session)
    if session.payment_status != "paid":
        return _placed(event, session, options)
    money = _money(session)
    if money.total == 0:
        return _ignored("zero amount", event, session)
    metadata = Metadata(session.metadata)
    intent = id_of(session.payment_intent)
    transaction_id = metadata.transaction_id(options.transaction_id_keys) or intent or session.id
    found = _items(session, money, options)
    buyer = buyer_of(session, metadata, options)
    return Conversion(
        kind=Kind.PURCHASE,
        transaction_id=transaction_id,
        business_key=transaction_id,
        money=money,
        occurred_at=event.created_at,
        context=buyer.context,
        source=event.source,
        items=found.items,
        references=ids(session.id, intent, session.invoice, transaction_id),
        # The reference is the shop's: a basket's, or a customer's with many orders.
        customer_references=ids(buyer.reference, session.customer_id),
        customer_ref=session.customer_id,
        purchase_type=PurchaseType.ONE_TIME,
        coupon=next((d.name for d in session.discounts or () if d.name), None),
        foreign=buyer.foreign,
        payment_id=payment_id(intent or session.id),
        notes=(*dropped, *metadata.notes, *found.notes),
    )


def from_failed_session(
    event: ProviderEvent, options: StripeOptions
) -> Conversion | Link | Ignored:
    """Return what `checkout.session.async_payment_failed` means.

    Args:
        event: The notification.
        options: Whether failed payments are sent.

    Raises:
        UnusableError: The session cannot be read.
    """
    if not options.payment_failed:
        return Ignored("failed payments are not sent")
    session = subject(event, CheckoutSession, "checkout.session")
    if session.mode != "payment":
        return Ignored("its invoice reports the failed payment")
    metadata = Metadata(session.metadata)
    buyer = buyer_of(session, metadata, options)
    return Conversion(
        kind=Kind.PAYMENT_FAILED,
        transaction_id=None,
        business_key=session.id,
        money=None,
        occurred_at=event.created_at,
        context=buyer.context,
        source=event.source,
        references=ids(session.id, session.payment_intent, session.invoice),
        customer_references=ids(buyer.reference, session.customer_id),
        customer_ref=session.customer_id,
        foreign=buyer.foreign,
        notes=tuple(metadata.notes),
    )


def _ignored(reason: str, event: ProviderEvent, session: CheckoutSession) -> Link | Ignored:
    """Return that a session is no purchase; what it denies counts all the same."""
    references = ids(session.id, session.payment_intent, session.customer_id)
    context = Metadata(session.metadata).context()
    return ignored_but_denials(reason, context, references, event.created_at)


def _placed(
    event: ProviderEvent, session: CheckoutSession, options: StripeOptions
) -> Link | Ignored:
    """Return an order that is not paid yet; nothing of one without an amount.

    Its money comes with `checkout.session.async_payment_succeeded`. Where it is captured by hand
    no later event of the session reports it: then `payment_intent.succeeded` is the money, which
    knows neither the order's id nor its buyer.
    """
    if session.amount_total is None or session.currency is None:
        return _ignored("not paid", event, session)
    metadata = Metadata(session.metadata)
    intent = id_of(session.payment_intent)
    transaction_id = metadata.transaction_id(options.transaction_id_keys) or intent or session.id
    found = _items(session, _money(session), options)
    references = ids(session.id, intent, session.invoice, transaction_id)
    buyer = buyer_of(session, metadata, options)
    return Link(
        "not paid: the money comes with a later event",
        checkout=Order(
            transaction_id,
            _money(session),
            found.items,
            buyer.context,
            event.created_at,
            session.customer_id,
            references,
        ),
        foreign=buyer.foreign,
    )


def _link(event: ProviderEvent, session: CheckoutSession, options: StripeOptions) -> Link:
    buyer = buyer_of(session, Metadata(session.metadata), options)
    free = session.payment_status == "no_payment_required"
    return Link(
        _NO_PURCHASE.format("subscription"),
        orders=ids(session.id, session.invoice),
        customer_references=ids(
            session.subscription, session.customer_id, session.invoice, session.id
        ),
        context=buyer.context,
        trial=id_of(session.subscription) if free else None,
        foreign=buyer.foreign,
        occurred_at=event.created_at,
    )


def _money(session: CheckoutSession) -> Money:
    """Return what the session cost, split into value, tax and shipping."""
    parts, cost = session.total_details, session.shipping_cost
    if cost is not None:
        shipping = Amount(cost.net, "shipping_cost")
    else:
        shipping = Amount(parts.amount_shipping if parts else None, "total_details.amount_shipping")
    return to_money(
        session.currency,
        Amount(session.amount_total, "amount_total"),
        Amount(parts.amount_tax if parts else None, "total_details.amount_tax"),
        shipping,
    )


def _items(session: CheckoutSession, money: Money, options: StripeOptions) -> Items:
    lines = session.line_items
    if lines is None:
        return Items()
    return to_items(
        [_line(line, options.item_id, f"{_LINES}[{at}]") for at, line in enumerate(lines.data)],
        money,
        _LINES,
        whole=not lines.has_more,
    )


def _line(line: SessionLine, item_id: str, path: str) -> Line:
    article = Article(line.price, None, line.description, line.metadata)
    return Line(
        *article.names(item_id),
        net=bounded(line.amount_total - line.amount_tax, f"{path}.amount_total"),
        discount=bounded(line.amount_discount, f"{path}.amount_discount"),
        quantity=counted(line.quantity, f"{path}.quantity"),
    )
