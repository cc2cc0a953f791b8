"""RevenueCat: how it signs, what its events can mean, and who can write its attributes."""

from typing import Final

from shared.providers.minor_units import ISO_4217
from shared.providers.provider import Basis, Capability, MetadataBy, PaymentProvider
from shared.providers.revenuecat.events import metadata_of, parse
from shared.providers.revenuecat.mapping import map_event
from shared.providers.revenuecat.options import RevenueCatOptions
from shared.providers.revenuecat.proof import AUTHORIZATION, RevenueCatProof

_OWN_WEBHOOK: Final = "do not name {} in revenuecat.stores: its own webhook sends that money"

PROVIDER: Final = PaymentProvider(
    name="revenuecat",
    title="RevenueCat",
    basis=Basis.DOCUMENTED,
    capabilities=frozenset(
        {
            Capability.PURCHASE,
            Capability.START,
            Capability.RENEWAL,
            Capability.TRIAL,
            Capability.TRIAL_CONVERSION,
            Capability.REFUND,
            Capability.REVERSAL,
            Capability.CANCELLATION,
            Capability.PAYMENT_FAILED,
            Capability.TAX,
            Capability.ITEMS,
            Capability.TEST_MODE,
            Capability.SIGNED_TIME,
            Capability.RETRIES,
            Capability.RECORD,
        }
    ),
    # Whoever has the app can write them: its key is in it.
    metadata_by=MetadataBy.BUYERS,
    proof=lambda _: RevenueCatProof(),
    parse=parse,
    map_event=map_event,
    options=RevenueCatOptions,
    metadata=metadata_of,
    has_api_key=True,
    key_needs={"project": "api_key is of one project, e.g. proj1ab2c3d4"},
    secrets=("secret", AUTHORIZATION),
    overlaps={
        "stripe": _OWN_WEBHOOK.format("STRIPE"),
        "paddle": _OWN_WEBHOOK.format("PADDLE"),
    },
    exponents=ISO_4217,
)
