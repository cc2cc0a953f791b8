"""Adyen: how it signs, what its events can mean, and who can write its metadata."""

from typing import Final

from shared.providers.adyen.events import parse
from shared.providers.adyen.fields import metadata_of
from shared.providers.adyen.mapping import map_event
from shared.providers.adyen.objects import CURRENCIES, EXPONENTS
from shared.providers.adyen.options import AdyenOptions
from shared.providers.adyen.proof import PASSWORD, USER, AdyenProof
from shared.providers.provider import Basis, Capability, MetadataBy, PaymentProvider

PROVIDER: Final = PaymentProvider(
    name="adyen",
    title="Adyen",
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
            Capability.TEST_MODE,
            Capability.RETRIES,
        }
    ),
    # The shop writes it, but Adyen does not sign it.
    metadata_by=MetadataBy.BUYERS,
    proof=lambda _: AdyenProof(),
    parse=parse,
    map_event=map_event,
    options=AdyenOptions,
    metadata=metadata_of,
    other_secrets=(USER, PASSWORD),
    acknowledgement="[accepted]",
    exponents=EXPONENTS,
    currencies=CURRENCIES,
    # Hexadecimal, as every key of Adyen's: `local-adyen-key-for-tests-only!!`.
    local_secret=b"local-adyen-key-for-tests-only!!".hex(),
)
