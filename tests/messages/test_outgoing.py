"""A renewal handed on and read back is the same renewal, under the same key."""

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.context import Context
from shared.domain.conversion import Conversion, Kind, PurchaseType, Source
from shared.domain.item import Item
from shared.domain.without_personal_data import without_denied_identity
from shared.messages.billing_event import read_billing_event
from shared.messages.billing_mapping import map_billing_event, source_of
from shared.messages.outgoing import renewal_message
from tests.support.strategies import CLIENT_IDS, CONSENTS, PLAIN_TEXT, conversions, moneys
from tools.changed import replace

ITEMS = st.builds(
    Item,
    price=st.decimals(0, 10**9, places=6),
    quantity=st.decimals(0, 10**6, places=12).filter(bool),
    item_id=PLAIN_TEXT,
    item_name=st.none() | PLAIN_TEXT,
    discount=st.none() | st.decimals(0, 10**9, places=6),
    variant=st.none() | PLAIN_TEXT,
    coupon=st.none() | PLAIN_TEXT,
)


@st.composite
def renewals(draw: st.DrawFn) -> Conversion:
    """Return a renewal as a provider's event makes it."""
    money = draw(moneys().filter(lambda money: money.total > 0))
    drawn = draw(conversions())
    customer = draw(st.none() | PLAIN_TEXT)
    subscription = draw(PLAIN_TEXT.filter(lambda text: text not in (customer, "")))
    return replace(
        drawn,
        kind=Kind.PURCHASE,
        business_key=drawn.transaction_id or "",
        money=money,
        context=Context(
            client_id=draw(st.none() | CLIENT_IDS),
            user_id=draw(st.none() | PLAIN_TEXT),
            consent=draw(CONSENTS),
        ),
        source=Source("stripe", "evt_1", "invoice.paid", draw(st.none() | st.just("acct_1"))),
        items=tuple(draw(st.lists(ITEMS, max_size=3))),
        references=("in_1", drawn.transaction_id or ""),
        customer_references=tuple(name for name in (subscription, customer) if name),
        customer_ref=customer,
        purchase_type=PurchaseType.RENEWAL,
        params=draw(
            st.dictionaries(
                st.sampled_from(["store", "renewal_number"]), PLAIN_TEXT | st.integers(0, 99)
            )
        ),
    )


@given(renewals().filter(lambda renewal: renewal.transaction_id not in renewal.customer_references))
def test_a_renewal_comes_back_as_it_was(renewal: Conversion) -> None:
    """Switching the topic on or off loses and doubles nothing; of who denied it says no more."""
    assert renewal.money is not None
    event = read_billing_event(renewal_message(renewal, renewal.money).data)
    found = map_billing_event(event, source_of(event))

    assert isinstance(found, Conversion)
    assert found == replace(
        renewal,
        source=replace(renewal.source, event_type="subscription.renewed"),
        context=without_denied_identity(renewal.context),
        # The webhook has remembered the order under the others already.
        references=(renewal.business_key,),
        customer_ref=renewal.customer_ref or renewal.customer_references[0],
        notes=found.notes,
    )
