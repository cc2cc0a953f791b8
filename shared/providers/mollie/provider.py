"""Mollie: how it signs, what its events can mean, and who can write its metadata."""

from typing import Final

from shared.providers.minor_units import ISO_4217
from shared.providers.mollie.events import LOOKUPS, metadata_of, parse
from shared.providers.mollie.mapping import map_event
from shared.providers.mollie.options import MollieOptions
from shared.providers.mollie.proof import MollieProof, is_ping
from shared.providers.provider import Basis, Capability, MetadataBy, PaymentProvider

PROVIDER: Final = PaymentProvider(
    name="mollie",
    title="Mollie",
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
            Capability.PAYMENT_FAILED,
            Capability.TAX,
            Capability.SHIPPING,
            Capability.ITEMS,
            Capability.TEST_MODE,
            Capability.RETRIES,
            Capability.RECORD,
        }
    ),
    metadata_by=MetadataBy.SHOP,
    proof=lambda _: MollieProof(),
    parse=parse,
    map_event=map_event,
    options=MollieOptions,
    metadata=metadata_of,
    has_api_key=True,
    webhook_asks=True,
    key_suffices=True,
    lookups=LOOKUPS,
    overlaps={
        "woocommerce": "where Mollie is the shop's gateway, take one of the two: the order or the "
        "payment",
    },
    posts_unsigned_forms=True,
    is_ping=is_ping,
    exponents=ISO_4217,
)
