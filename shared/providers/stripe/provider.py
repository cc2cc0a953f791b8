"""Stripe: how it signs, what its events can mean, and who can write its metadata."""

from typing import Final

from shared.providers.provider import Basis, Capability, MetadataBy, PaymentProvider
from shared.providers.stripe.events import parse
from shared.providers.stripe.invoice import metadata_of
from shared.providers.stripe.mapping import map_event
from shared.providers.stripe.options import StripeOptions
from shared.webhooks.schemes import STRIPE

PROVIDER: Final = PaymentProvider(
    name="stripe",
    title="Stripe",
    basis=Basis.VERIFIED,
    capabilities=frozenset(Capability),
    metadata_by=MetadataBy.SHOP,
    proof=lambda _: STRIPE,
    parse=parse,
    map_event=map_event,
    options=StripeOptions,
    metadata=metadata_of,
    has_api_key=True,
    webhook_asks=True,
    local_secret="whsec_local",  # noqa: S106 - published: for loopback only
    # Off where it is deployed; a local stack shows what there is.
    local_options={"disputes": True},
)
