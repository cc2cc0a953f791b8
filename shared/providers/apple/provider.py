"""Apple: how a notification is proved, and what it can mean."""

from typing import Final

import msgspec

from shared.providers.apple.events import parse
from shared.providers.apple.mapping import map_event
from shared.providers.apple.options import AppleOptions
from shared.providers.apple.proof import ROOT_SETTING, AppleProof
from shared.providers.metadata import Metadata
from shared.providers.minor_units import ISO_4217
from shared.providers.provider import Basis, Capability, MetadataBy, PaymentProvider, Variable

PROVIDER: Final = PaymentProvider(
    name="apple",
    title="Apple",
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
            Capability.REVERSAL,
            Capability.CANCELLATION,
            Capability.PAYMENT_FAILED,
            Capability.ITEMS,
            Capability.TEST_MODE,
            Capability.RETRIES,
        }
    ),
    metadata_by=MetadataBy.NOBODY,
    proof=lambda options: AppleProof(options.bundle_id, options.app_id, options.root),
    parse=parse,
    map_event=map_event,
    options=AppleOptions,
    metadata=lambda _: Metadata(msgspec.Raw(b"")),
    secrets=(),
    overlaps={
        "revenuecat": "RevenueCat sends the App Store's money too: leave one of the two out",
    },
    exponents=ISO_4217,
    environment={"root": Variable(ROOT_SETTING, "pem")},
    local_secret="",
    local_options={"bundle_id": "com.example.app", "app_id": 123456789},
)
