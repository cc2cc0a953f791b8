"""WooCommerce: how it signs, what its events can mean, and who can write its meta data."""

from typing import Final

from shared.providers.minor_units import ISO_4217
from shared.providers.provider import Basis, Capability, MetadataBy, PaymentProvider
from shared.providers.woocommerce.events import SCHEME, is_ping, metadata_of, parse
from shared.providers.woocommerce.mapping import SNAPSHOTS, map_event
from shared.providers.woocommerce.options import WooCommerceOptions
from shared.providers.woocommerce.order import references_of

PROVIDER: Final = PaymentProvider(
    name="woocommerce",
    title="WooCommerce",
    basis=Basis.DOCUMENTED,
    capabilities=frozenset(
        {
            Capability.PURCHASE,
            Capability.RENEWAL,
            Capability.REFUND,
            Capability.PARTIAL_REFUND,
            Capability.TAX,
            Capability.SHIPPING,
            Capability.ITEMS,
            Capability.RECORD,
        }
    ),
    metadata_by=MetadataBy.SHOP,
    proof=lambda _: SCHEME,
    parse=parse,
    map_event=map_event,
    options=WooCommerceOptions,
    metadata=metadata_of,
    references_of=references_of,
    has_api_key=True,
    key_needs={"shop": "api_key is for one shop, e.g. shop.example.com"},
    overlaps={
        "stripe": "where Stripe is the shop's gateway, take one of the two, and leave Stripe's "
        "payment_intents and charges off",
    },
    posts_unsigned_forms=True,
    is_ping=is_ping,
    snapshots=SNAPSHOTS,
    topic_header="x-wc-webhook-topic",
    exponents=ISO_4217,
)
