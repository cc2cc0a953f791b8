"""Sales, refunds and subscriptions as Stripe's objects, in the shape of the sale's endpoint."""

from decimal import Decimal

from tools.traffic import stripe_objects as stripe
from tools.traffic.bill import Bill, Currency
from tools.traffic.refunds import Refund
from tools.traffic.request import Json
from tools.traffic.sales import PERIOD_SECONDS, Invoice, Order, Sale, Shape, Subscription


def order_session(order: Order, *, payment_status: str) -> Json:
    """The Checkout session in payment mode."""
    is_free = order.total == 0
    shipping_cost = {
        "amount_subtotal": order.shown_shipping,
        "amount_tax": order.shipping_tax,
        "amount_total": order.shipping + order.shipping_tax,
        "shipping_rate": f"shr_1{order.key[:20]}",
    }
    coupon = {"coupon": f"co_{order.key[:8]}", "promotion_code": f"promo_1{order.key}"}
    return stripe.checkout_session(
        id=order.session,
        metadata=order.metadata,
        payment_status="no_payment_required" if is_free else payment_status,
        discounts=[coupon] if order.discount else [],
        payment_intent=None if is_free else order.payment_intent,
        shipping_cost=shipping_cost if order.shipping else None,
        **_session_money(order),
        **_session_frame(order.paid_at, order.currency, order.customer, order.email),
    )


def order_invoice(order: Order) -> Json:
    """The paid invoice that Checkout made beside the payment, in `invoice_creation`."""
    return stripe.new_invoice(
        id=f"in_1{order.key}",
        amount_due=order.total,
        amount_paid=order.total,
        billing_reason="manual",
        created=order.paid_at,
        currency=_code(order.currency),
        customer=order.customer,
        customer_email=order.email,
        lines={"object": "list", "data": [], "has_more": False},
        parent=None,
        status_transitions={"finalized_at": order.paid_at, "paid_at": order.paid_at},
        subtotal=order.shown_subtotal,
        total=order.total,
        total_excluding_tax=order.total - order.tax,
        total_taxes=_taxes(order, of=order.net + order.shipping),
    )


def subscription_session(subscription: Subscription) -> Json:
    """The Checkout session in subscription mode; its money is the first invoice's."""
    first = subscription.invoice(0)
    return stripe.checkout_session(
        id=subscription.session,
        metadata=subscription.session_metadata,
        mode="subscription",
        payment_status="paid" if first.total else "no_payment_required",
        invoice=first.id,
        payment_intent=None,
        shipping_cost=None,
        subscription=subscription.id,
        **_session_money(first),
        **_session_frame(
            subscription.started_at,
            subscription.plan.currency,
            subscription.customer,
            subscription.email,
        ),
    )


def subscription_object(subscription: Subscription, *, number: int = 0) -> Json:
    """The subscription in one of its periods.

    Args:
        subscription: The subscription.
        number: Which period, from 0.
    """
    start = subscription.invoice(number).paid_at
    period = {"current_period_start": start, "current_period_end": start + PERIOD_SECONDS}
    before_basil = subscription.shape is Shape.BEFORE_BASIL
    item = {
        "id": f"si_{subscription.key[:14]}",
        "object": "subscription_item",
        "quantity": subscription.plan.items[0][1],
        **({} if before_basil else period),
    }
    trial = {
        "trial_end": subscription.started_at + PERIOD_SECONDS,
        "trial_start": subscription.started_at,
    }
    return stripe.subscription(
        id=subscription.id,
        created=subscription.started_at,
        currency=_code(subscription.plan.currency),
        customer=subscription.customer,
        items={"object": "list", "data": [item]},
        latest_invoice=subscription.invoice(number).id,
        metadata=subscription.metadata,
        status="trialing" if subscription.has_trial and number == 0 else "active",
        **(trial if subscription.has_trial else {}),
        **(period if before_basil else {}),
    )


def invoice_object(invoice: Invoice) -> Json:
    """The paid invoice of a period."""
    shared = {
        "id": invoice.id,
        "amount_due": invoice.total,
        "amount_paid": invoice.total,
        "billing_reason": "subscription_cycle" if invoice.number else "subscription_create",
        "created": invoice.paid_at - (3_600 if invoice.number else 0),
        "currency": _code(invoice.currency),
        "customer": invoice.customer,
        "customer_email": invoice.email,
        "discounts": [f"di_1{invoice.key}"] if invoice.discount else [],
        "lines": {"object": "list", "data": [_invoice_line(invoice)], "has_more": False},
        "status_transitions": {"finalized_at": invoice.paid_at, "paid_at": invoice.paid_at},
        "subtotal": invoice.shown_subtotal,
        "total": invoice.total,
        "total_discount_amounts": _discounts(invoice),
        "total_excluding_tax": invoice.total - invoice.tax,
    }
    subscription = invoice.subscription
    if invoice.shape is Shape.SINCE_BASIL:
        parent = stripe.invoice_parent(subscription.id, subscription.metadata)
        return stripe.new_invoice(
            parent=parent, total_taxes=_taxes(invoice, of=invoice.net), **shared
        )
    return stripe.old_invoice(
        charge=invoice.charge if invoice.total else None,
        payment_intent=invoice.payment_intent if invoice.total else None,
        subscription=subscription.id,
        subscription_details={"metadata": subscription.metadata or None},
        tax=invoice.tax,
        total_tax_amounts=_tax_amounts(invoice),
        **shared,
    )


def invoice_payment(invoice: Invoice) -> Json:
    """What an invoice was paid with: since basil nothing else says it."""
    return stripe.invoice_payment(
        id=f"inpay_1{invoice.key}",
        amount_paid=invoice.total,
        amount_requested=invoice.total,
        created=invoice.paid_at,
        currency=_code(invoice.currency),
        invoice=invoice.id,
        payment={"type": "payment_intent", "payment_intent": invoice.payment_intent},
        status_transitions={"canceled_at": None, "paid_at": invoice.paid_at},
    )


def payment_intent(sale: Sale) -> Json:
    """The succeeded payment intent that Checkout or an invoice made."""
    reference = {"customer_reference": None, "order_reference": sale.owner}
    return stripe.payment_intent(
        id=sale.payment_intent,
        amount=sale.total,
        amount_received=sale.total,
        created=sale.paid_at,
        currency=_code(sale.currency),
        customer=sale.customer,
        latest_charge=sale.charge,
        metadata=dict(sale.payment_metadata),
        **_of_owner(sale, {"payment_details": reference}),
    )


def charge(sale: Sale, *, refunded: int = 0) -> Json:
    """The captured charge of the payment intent, with a snapshot of its metadata.

    Args:
        sale: What was paid.
        refunded: What was given back so far.
    """
    return stripe.charge(
        id=sale.charge,
        amount=sale.total,
        amount_captured=sale.total,
        amount_refunded=refunded,
        billing_details=stripe.billing_details(sale.email),
        created=sale.paid_at,
        currency=_code(sale.currency),
        customer=sale.customer,
        metadata=dict(sale.payment_metadata),
        payment_intent=sale.payment_intent,
        refunded=refunded == sale.total,
        **_of_owner(sale, {}),
    )


def refund_object(refund: Refund, *, status: str) -> Json:
    """The refund; it carries no metadata of the sale."""
    return stripe.refund(
        balance_transaction=f"txn_{refund.id}", status=status, **_given_back(refund)
    )


def dispute_object(refund: Refund, *, status: str) -> Json:
    """The dispute whose loss the refund is."""
    return stripe.dispute(reason="product_not_received", status=status, **_given_back(refund))


def _given_back(refund: Refund) -> Json:
    return {
        "id": refund.id,
        "amount": refund.amount,
        "charge": refund.sale.charge,
        "created": refund.made_at,
        "currency": _code(refund.sale.currency),
        "payment_intent": refund.sale.payment_intent,
    }


def _session_frame(created: int, currency: Currency, customer: str | None, email: str) -> Json:
    return {
        "created": created,
        "currency": _code(currency),
        "customer": customer,
        "customer_details": stripe.billing_details(email),
        "expires_at": created + 86_400,
    }


def _session_money(bill: Bill) -> Json:
    return {
        "amount_subtotal": bill.shown_subtotal,
        "amount_total": bill.total,
        "total_details": {
            "amount_discount": bill.shown_discount,
            "amount_shipping": bill.shown_shipping,
            "amount_tax": bill.tax,
        },
    }


def _invoice_line(invoice: Invoice) -> Json:
    """The one line: its amount before discounts, with the tax if prices include it."""
    (_, quantity), start = invoice.items[0], invoice.paid_at
    key, subscription = invoice.subscription.key, invoice.subscription
    price, product = f"price_1{key}", f"prod_{key[:14]}"
    shared = {
        "id": f"il_1{invoice.key}",
        "currency": _code(invoice.currency),
        "description": f"{quantity} \N{MULTIPLICATION SIGN} Morning paper (each day)"
        if invoice.total
        else "Trial period for Morning paper",
        "discount_amounts": _discounts(invoice),
        "metadata": subscription.metadata,
        "period": {"start": start, "end": start + PERIOD_SECONDS},
        "quantity": quantity,
    }
    if invoice.shape is Shape.BEFORE_BASIL:
        return stripe.old_line(
            invoice.shown_subtotal,
            plan={"id": price, "object": "plan", "product": product},
            price={
                "id": price,
                "object": "price",
                "product": product,
                "unit_amount": invoice.shown_subtotal // quantity,
            },
            subscription=subscription.id,
            tax_amounts=_tax_amounts(invoice),
            **shared,
        )
    return stripe.new_line(
        invoice.shown_subtotal,
        parent={
            "type": "subscription_item_details",
            "invoice_item_details": None,
            "subscription_item_details": {
                "proration": False,
                "subscription": subscription.id,
                "subscription_item": f"si_{key[:14]}",
            },
        },
        pricing={
            "type": "price_details",
            "price_details": {"price": price, "product": product},
            "unit_amount_decimal": str(Decimal(invoice.shown_subtotal) / quantity),
        },
        quantity_decimal=str(quantity),
        taxes=_taxes(invoice, of=invoice.net),
        **shared,
    )


def _discounts(invoice: Invoice) -> list[Json]:
    if not invoice.discount:
        return []
    return [{"amount": invoice.shown_discount, "discount": f"di_1{invoice.key}"}]


def _taxes(bill: Bill, *, of: int) -> list[Json]:
    """The tax as Stripe sends it since basil."""
    return [
        {
            "amount": bill.tax,
            "tax_behavior": "inclusive" if bill.tax_included else "exclusive",
            "taxable_amount": of,
            "type": "tax_rate_details",
        }
    ]


def _tax_amounts(invoice: Invoice) -> list[Json]:
    """The same tax as Stripe sent it before basil."""
    return [
        {
            "amount": invoice.tax,
            "inclusive": invoice.tax_included,
            "tax_rate": f"txr_1{invoice.subscription.key}",
            "taxable_amount": invoice.net,
        }
    ]


def _of_owner(sale: Sale, since_basil: Json) -> Json:
    """What says whose the payment is; before basil an invoice's had its id."""
    if sale.shape is Shape.SINCE_BASIL:
        return since_basil
    return {"invoice": sale.owner if sale.owner.startswith("in_") else None}


def _code(currency: Currency) -> str:
    return currency.code.lower()
