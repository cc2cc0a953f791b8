"""Polar: how it signs, what its events can mean, and who can write its metadata."""

from typing import Final

from shared.providers.polar.events import metadata_of, parse
from shared.providers.polar.mapping import map_event
from shared.providers.polar.options import PolarOptions
from shared.providers.provider import Basis, Capability, MetadataBy, PaymentProvider
from shared.webhooks.schemes import Scheme

# Standard Webhooks, but the key is the secret's whole text, its prefix included. polar-sdk 1.0.2
# (`webhooks.py`) also tries the base64 after `whsec_`, as the standard says: so do we.
SCHEME: Final = Scheme(
    provider="polar",
    signature_header="webhook-signature",
    signed="{id}.{timestamp}.{body}",
    entry_separator=" ",
    pair_separator=",",
    signature_key="v1",
    timestamp_header="webhook-timestamp",
    id_header="webhook-id",
    digest="base64",
    key="either",
    key_prefix="whsec_",
)

PROVIDER: Final = PaymentProvider(
    name="polar",
    title="Polar",
    basis=Basis.VERIFIED,
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
            Capability.TAX,
            Capability.ITEMS,
            Capability.SIGNED_TIME,
            Capability.RETRIES,
        }
    ),
    metadata_by=MetadataBy.SHOP,
    proof=lambda _: SCHEME,
    parse=parse,
    map_event=map_event,
    options=PolarOptions,
    metadata=metadata_of,
)
