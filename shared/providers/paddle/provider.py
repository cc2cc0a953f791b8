"""Paddle: how it signs, what its events can mean, and who can write its `custom_data`."""

from typing import Final

from shared.providers.paddle.amounts import CURRENCIES, EXPONENTS
from shared.providers.paddle.events import parse
from shared.providers.paddle.mapping import map_event
from shared.providers.paddle.options import PaddleOptions
from shared.providers.paddle.transaction import metadata_of
from shared.providers.provider import Basis, Capability, MetadataBy, PaymentProvider
from shared.webhooks.schemes import PADDLE

PROVIDER: Final = PaymentProvider(
    name="paddle",
    title="Paddle",
    basis=Basis.VERIFIED,
    capabilities=frozenset(
        {
            Capability.PURCHASE,
            Capability.START,
            Capability.RENEWAL,
            Capability.REFUND,
            Capability.PARTIAL_REFUND,
            Capability.REVERSAL,
            Capability.DISPUTE,
            Capability.TAX,
            Capability.ITEMS,
            Capability.SIGNED_TIME,
            Capability.RETRIES,
            Capability.RECORD,
        }
    ),
    metadata_by=MetadataBy.BUYERS,
    proof=lambda _: PADDLE,
    parse=parse,
    map_event=map_event,
    options=PaddleOptions,
    metadata=metadata_of,
    has_api_key=True,
    exponents=EXPONENTS,
    currencies=CURRENCIES,
)
