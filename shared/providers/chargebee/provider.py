"""Chargebee: how a delivery is proved, what its events can mean, who can write its metadata."""

from typing import Final

from shared.providers.chargebee.events import parse
from shared.providers.chargebee.fields import metadata_of
from shared.providers.chargebee.mapping import map_event
from shared.providers.chargebee.objects import CURRENCIES, EXPONENTS
from shared.providers.chargebee.options import ChargebeeOptions
from shared.providers.provider import Basis, Capability, MetadataBy, PaymentProvider
from shared.webhooks.basic_auth import BasicAuth

# Chargebee signs nothing: a webhook has a user and a password of the shop's own.
# Source: Chargebee's page "Webhooks", section on basic authentication.
PROOF: Final = BasicAuth("chargebee")

_OWN_ACCOUNT: Final = (
    "where Chargebee charges through {}, give it an account of its own, without a webhook to /{}"
)

PROVIDER: Final = PaymentProvider(
    name="chargebee",
    title="Chargebee",
    basis=Basis.DOCUMENTED,
    capabilities=frozenset(
        {
            Capability.PURCHASE,
            Capability.START,
            Capability.RENEWAL,
            Capability.TRIAL,
            Capability.TRIAL_CONVERSION,
            Capability.REFUND,
            Capability.PARTIAL_REFUND,
            Capability.DISPUTE,
            Capability.CANCELLATION,
            Capability.PAYMENT_FAILED,
            Capability.TAX,
            Capability.ITEMS,
            Capability.RETRIES,
            Capability.RECORD,
        }
    ),
    metadata_by=MetadataBy.SHOP,
    proof=lambda _: PROOF,
    parse=parse,
    map_event=map_event,
    options=ChargebeeOptions,
    metadata=metadata_of,
    has_api_key=True,
    key_needs={"site": "api_key is for one site, e.g. my-shop of my-shop.chargebee.com"},
    overlaps={
        "stripe": "Chargebee charges through Stripe: in Stripe's entry leave invoices and "
        "payment_intents off, and in Stripe's webhook leave out what Chargebee charges",
        "adyen": _OWN_ACCOUNT.format("Adyen", "adyen"),
        "mollie": _OWN_ACCOUNT.format("Mollie", "mollie"),
        "paypal": _OWN_ACCOUNT.format("PayPal", "paypal"),
    },
    exponents=EXPONENTS,
    currencies=CURRENCIES,
    local_secret="local:local",  # noqa: S106 - published: for loopback only
)
