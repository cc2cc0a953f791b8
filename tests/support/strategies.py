"""Hypothesis strategies: any JSON at all, and what Stripe and the domain can hold."""

from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

from hypothesis import strategies as st

from shared.attribution.policy import Late, Policy, Unattributed
from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from shared.domain.conversion import Conversion, Kind, PurchaseType, Source
from shared.domain.device import Device
from shared.domain.identifiers import is_placeholder
from shared.domain.money import Money
from shared.domain.user_data import UserData
from shared.domain.user_location import UserLocation
from shared.providers.minor_units import CURRENCIES, THREE_DECIMAL, ZERO_DECIMAL
from tests.support.builders import NOW, SECONDS
from tests.support.stripe_json import Json, checkout_session, payment_intent

# Everything JSON can say, absurd numbers and half characters included.
SCALARS: Final = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
)
JSON: Final[st.SearchStrategy[Any]] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=10,
)

MINOR: Final = st.integers(0, 10**12)
IDS: Final = st.text(
    st.characters(min_codepoint=33, max_codepoint=126, exclude_characters='"\\'),
    min_size=1,
    max_size=30,
)


@st.composite
def paid_sessions(draw: st.DrawFn) -> Json:
    """Return a paid session whose parts add up to its total, tax and shipping or not."""
    net, tax, shipping, shipping_tax = (draw(st.integers(0, 10**11)) for _ in range(4))
    details: Json | None = draw(
        st.sampled_from(
            [
                None,
                {"amount_tax": tax + shipping_tax},
                {"amount_tax": tax + shipping_tax, "amount_shipping": shipping},
            ]
        )
    )
    cost: Json | None = draw(
        st.sampled_from(
            [None, {"amount_total": shipping + shipping_tax, "amount_tax": shipping_tax}]
        )
    )
    return checkout_session(
        currency=draw(st.sampled_from(sorted(CURRENCIES))).lower(),
        amount_total=net + tax + shipping + shipping_tax,
        total_details=details,
        shipping_cost=cost,
    )


@st.composite
def damaged(draw: st.DrawFn) -> Json:
    """Return a session or an intent some of whose fields hold anything at all."""
    whole = draw(st.sampled_from([checkout_session(), payment_intent()]))
    changes: Json = draw(
        st.dictionaries(
            st.sampled_from([*whole, "invoice", "discounts", "amount_details", "payment_details"]),
            JSON,
            max_size=4,
        )
    )
    missing = draw(st.sets(st.sampled_from(sorted(whole)), max_size=3))
    return {name: value for name, value in {**whole, **changes}.items() if name not in missing}


@st.composite
def moneys(draw: st.DrawFn) -> Money:
    """Return money as a provider's minor units make it, its net never negative."""
    currency = draw(st.sampled_from(sorted(CURRENCIES)))
    places = 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2
    net, tax, shipping = (Decimal(draw(MINOR)).scaleb(-places) for _ in range(3))
    return Money(
        currency,
        net + tax + shipping,
        tax or draw(st.sampled_from([None, tax])),
        shipping or draw(st.sampled_from([None, shipping])),
    )


CHOICES: Final = st.none() | st.sampled_from(Choice)
CONSENTS: Final = st.builds(Consent, CHOICES, CHOICES, CHOICES)
# Around every limit there is: a session's 24 hours, GA4's 72, and an hour of the future.
OFFSETS: Final = st.timedeltas(timedelta(days=-8), timedelta(hours=1)) | st.builds(
    lambda hours, seconds: timedelta(hours=hours, seconds=seconds),
    st.sampled_from([-73, -72, -71, -24, -23, -1, 0]),
    st.integers(-600, 1200),
)
MOMENTS: Final[st.SearchStrategy[datetime]] = OFFSETS.map(lambda offset: NOW + offset)
CLIENT_IDS: Final = st.builds(
    "{}.{}".format, st.integers(1, 2**31 - 1), st.integers(1_325_376_000, SECONDS)
)
PLAIN_TEXT: Final = st.text(st.characters(categories=["Lu", "Ll"]), min_size=8, max_size=36).filter(
    lambda text: not is_placeholder(text)
)


DEVICES: Final = st.builds(
    Device,
    category=st.sampled_from(["mobile", "desktop", "tablet"]),
    language=st.none() | st.sampled_from(["de", "en"]),
    screen_resolution=st.none() | st.just("390x844"),
)
LOCATIONS: Final = st.builds(
    UserLocation, country_id=st.just("US"), region_id=st.none() | st.just("US-CA")
)
USER_DATA: Final = st.builds(
    UserData,
    sha256_email_address=st.lists(
        st.binary(max_size=9).map(lambda text: sha256(b"@" + text).hexdigest()),
        min_size=1,
        max_size=3,
    ).map(tuple),
)


@st.composite
def contexts(draw: st.DrawFn) -> Context:
    """Return a context of which any part may be unknown."""
    start = draw(st.none() | MOMENTS)
    return Context(
        client_id=draw(st.none() | CLIENT_IDS),
        session_id=None if start is None else int(start.timestamp()),
        session_number=draw(st.none() | st.integers(1, 10_000)),
        user_id=draw(st.none() | PLAIN_TEXT),
        consent=draw(CONSENTS),
        user_agent=draw(st.none() | PLAIN_TEXT),
        page_location=draw(st.none() | PLAIN_TEXT.map("https://shop.example/{}".format)),
        captured_at=draw(st.none() | MOMENTS),
        device=draw(st.none() | DEVICES),
        user_location=draw(st.none() | LOCATIONS),
        ip_override=draw(st.none() | st.ip_addresses().map(str)),
        user_data=draw(st.none() | USER_DATA),
    )


@st.composite
def conversions(draw: st.DrawFn) -> Conversion:
    """Return any conversion the providers' events can become."""
    transaction_id = draw(PLAIN_TEXT)
    kind = draw(st.sampled_from(Kind))
    return Conversion(
        kind=kind,
        transaction_id=transaction_id,
        business_key=transaction_id if kind is Kind.PURCHASE else "re_1",
        money=draw(moneys()),
        occurred_at=draw(MOMENTS),
        context=draw(contexts()),
        source=Source("stripe", "evt_1", "checkout.session.completed"),
        customer_ref=draw(st.none() | IDS),
        purchase_type=draw(st.none() | st.sampled_from(PurchaseType)),
        coupon=draw(st.none() | PLAIN_TEXT),
    )


POLICIES: Final = st.builds(Policy, st.sampled_from(Unattributed), st.sampled_from(Late))
