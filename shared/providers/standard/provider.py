"""Standard Webhooks: how its senders sign, and what a billing event can mean."""

from typing import Final

from shared.messages.unreadable_analytics import answers_in
from shared.providers.provider import Basis, Capability, MetadataBy, PaymentProvider
from shared.providers.standard.events import metadata_of, parse
from shared.providers.standard.mapping import map_event
from shared.providers.standard.options import StandardOptions, scheme

PROVIDER: Final = PaymentProvider(
    name="standard",
    title="Standard Webhooks",
    basis=Basis.VERIFIED,
    capabilities=frozenset(Capability)
    - {Capability.DISPUTE, Capability.RECORD, Capability.REVERSAL},
    metadata_by=MetadataBy.SHOP,
    proof=scheme,
    parse=parse,
    map_event=map_event,
    options=StandardOptions,
    metadata=metadata_of,
    context_of=lambda event: answers_in(event.object, tests=True),
    local_secret="whsec_Y29ubmVjdG9ycy1sb2NhbC1jYXB0dXJlLXNlY3JldCE=",  # noqa: S106 - published
)
