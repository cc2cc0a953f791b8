"""PayPal: how it signs, what its events can mean, and who can write its `custom_id`."""

from typing import Final

from shared.providers.minor_units import ISO_4217
from shared.providers.paypal.custom import context_of, metadata_of
from shared.providers.paypal.events import parse
from shared.providers.paypal.mapping import map_event
from shared.providers.paypal.options import PayPalOptions
from shared.providers.paypal.proof import LIVE_API, ROOT_SETTING, SANDBOX_API, PayPalProof
from shared.providers.provider import Basis, Capability, MetadataBy, PaymentProvider, Variable

PROVIDER: Final = PaymentProvider(
    name="paypal",
    title="PayPal",
    basis=Basis.DOCUMENTED,
    capabilities=frozenset(
        {
            Capability.PURCHASE,
            Capability.START,
            Capability.RENEWAL,
            Capability.REFUND,
            Capability.PARTIAL_REFUND,
            Capability.REVERSAL,
            Capability.DISPUTE,
            Capability.CANCELLATION,
            Capability.PAYMENT_FAILED,
            Capability.TAX,
            Capability.SHIPPING,
            Capability.SIGNED_TIME,
            Capability.RETRIES,
            Capability.RECORD,
        }
    ),
    # An order may be made by PayPal's script in the page, with any text in it.
    metadata_by=MetadataBy.BUYERS,
    proof=lambda options: PayPalProof(options.api, options.root),
    parse=parse,
    map_event=map_event,
    options=PayPalOptions,
    metadata=metadata_of,
    context_of=context_of,
    overlaps={
        name: f"where PayPal is paid with through {title}, take one of the two"
        for name, title in (
            ("chargebee", "Chargebee"),
            ("shopify", "Shopify"),
            ("woocommerce", "WooCommerce"),
        )
    },
    has_api_key=True,
    webhook_asks=True,
    # Decimal text has the decimals that it has; this is for what is sent in tests.
    exponents=ISO_4217,
    environment={
        "api": Variable("PAYPAL_API", "api", (LIVE_API, SANDBOX_API)),
        "root": Variable(ROOT_SETTING, "pem"),
    },
)
