"""The settings of `payment_webhook`."""

from collections.abc import Mapping
from typing import Final

import msgspec

from shared.settings import values
from shared.settings.common import Settings, read_common, read_keys, read_topic
from shared.settings.providers import Provider, read_providers
from shared.settings.reader import Reader

APIS: Final[Mapping[str, str]] = {"mollie": "https://api.mollie.com"}
"""Each provider whose deliveries may need its API (`PaymentProvider.lookups`) → its host. It stands
here so that no provider is loaded that a shop has not."""


class PaymentSettings(msgspec.Struct, frozen=True):
    """What the operator decided for payments.

    Attributes:
        common: What holds for every function.
        providers: `PAYMENT_PROVIDERS`, by name.
        renewals_topic: `RENEWALS_TOPIC`.
        enrichment_topic: `ENRICHMENT_TOPIC`.
        stripe_api: `STRIPE_API`.
        apis: Where the APIs are that deliveries of others may need, by provider, e.g. `MOLLIE_API`.
    """

    common: Settings
    providers: Mapping[str, Provider]
    renewals_topic: str | None
    enrichment_topic: str | None
    stripe_api: str
    apis: Mapping[str, str] = msgspec.field(default_factory=lambda: APIS)


def read_stripe_api(reader: Reader) -> str:
    """Return `STRIPE_API`."""
    return reader.default(
        "STRIPE_API",
        values.stripe_api,
        f"{values.STRIPE_HOST} or http on loopback",
        values.STRIPE_HOST,
    )


def read_payment_settings(
    reader: Reader, *, required: bool = True, signed: bool = True
) -> PaymentSettings:
    """Return the settings of `payment_webhook`.

    Args:
        reader: Reads them, and collects what is wrong.
        required: Whether there must be a provider.
        signed: Whether deliveries are verified, so that each needs a signing secret.
    """
    return PaymentSettings(
        common=read_common(reader),
        providers=read_providers(reader, read_keys(reader), required=required, signed=signed),
        renewals_topic=read_topic(reader, "RENEWALS_TOPIC"),
        enrichment_topic=read_topic(reader, "ENRICHMENT_TOPIC"),
        stripe_api=read_stripe_api(reader),
        apis={
            name: reader.default(
                f"{name.upper()}_API",
                values.provider_api(host),
                f"{host} or http on loopback",
                host,
            )
            for name, host in APIS.items()
        },
    )
