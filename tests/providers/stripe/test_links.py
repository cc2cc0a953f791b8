"""Some events tell only which ids belong together."""

import pytest

from shared.domain.conversion import Ignored
from shared.domain.event import Link
from shared.errors import UnusableError
from tests.providers.stripe.shapes import credit_note, domain_event, invoice_payment, refund
from tests.support.stripe_json import Json


@pytest.mark.parametrize(
    ("fields", "orders"),
    [
        pytest.param({}, ("in_1", "pi_1"), id="an intent"),
        pytest.param({"payment": {"charge": "ch_1"}}, ("in_1", "ch_1"), id="a charge"),
        pytest.param(
            {"invoice": {"id": "in_1"}, "payment": {"payment_intent": {"id": "pi_1"}}},
            ("in_1", "pi_1"),
            id="expanded",
        ),
    ],
)
def test_an_invoices_payment_links_it_to_its_intent(fields: Json, orders: tuple[str, ...]) -> None:
    """Since basil nothing else does, and a refund knows only the intent."""
    found = domain_event(invoice_payment(**fields), "invoice_payment.paid")

    assert found == Link("its invoice is the money", orders=orders)


@pytest.mark.parametrize(
    ("fields", "orders"),
    [
        pytest.param({}, ("in_1", "re_1"), id="since basil"),
        pytest.param({"refunds": None, "refund": "re_1"}, ("in_1", "re_1"), id="before"),
        pytest.param(
            {"refunds": [{"refund": "re_1"}, {"refund": refund(id="re_2")}]},
            ("in_1", "re_1", "re_2"),
            id="several, as ids and expanded",
        ),
    ],
)
def test_a_credit_note_links_its_refunds_to_the_invoice(
    fields: Json, orders: tuple[str, ...]
) -> None:
    """The money is the refunds', which do not name it."""
    found = domain_event(credit_note(**fields), "credit_note.created")

    assert found == Link("its refund is the money", orders=orders)


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        pytest.param(invoice_payment(payment=None), "invoice_payment.paid", id="paid by nothing"),
        pytest.param(
            invoice_payment(payment={"type": "payment_record"}),
            "invoice_payment.paid",
            id="paid elsewhere",
        ),
        pytest.param(
            invoice_payment(invoice=None, payment={"payment_intent": "pi_1", "charge": "ch_1"}),
            "invoice_payment.paid",
            id="no invoice",
        ),
        pytest.param(credit_note(refunds=[]), "credit_note.created", id="no refund"),
        pytest.param(
            credit_note(invoice=None, refunds=[{"refund": "re_1"}, {"refund": "re_2"}]),
            "credit_note.created",
            id="no invoice: refunds of who knows what",
        ),
    ],
)
def test_one_id_alone_links_nothing(subject: Json, kind: str) -> None:
    """With the reason, for the answer and the log."""
    assert domain_event(subject, kind) == Ignored("names no two ids of one order")


def test_links_that_cannot_be_read_are_unusable() -> None:
    """The path is named and the value is not."""
    with pytest.raises(UnusableError, match=r"^data\.object\.payment: expected an object"):
        domain_event(invoice_payment(payment="pi_1"), "invoice_payment.paid")
