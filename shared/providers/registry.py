"""Every provider in one table: how it signs, what it says, what it means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.domain.event import DomainEvent
from shared.providers import paddle, shopify, standard, stripe
from shared.providers.event import ProviderEvent
from shared.providers.metadata import Metadata
from shared.webhooks.delivery import VerifiedDelivery
from shared.webhooks.schemes import PADDLE, SHOPIFY, STRIPE, Scheme


@dataclass(frozen=True, slots=True)
class PaymentProvider:
    """One provider.

    Attributes:
        scheme: How it signs, by the operator's options.
        parse: Reads the events of a verified delivery; raises `MalformedError`.
        convert: Says what an event means, by the operator's options; raises `UnusableError`.
        options: The type of those options: a msgspec struct whose fields all have defaults.
        metadata: Reads what the shop itself wrote into an event's object, for `ROUTES`.
    """

    scheme: Callable[[Any], Scheme]
    parse: Callable[[VerifiedDelivery], tuple[ProviderEvent, ...]]
    map_event: Callable[[ProviderEvent, Any], DomainEvent]
    options: type[Any]
    metadata: Callable[[ProviderEvent], Metadata]


PROVIDERS: Final[Mapping[str, PaymentProvider]] = {
    "stripe": PaymentProvider(
        lambda _: STRIPE, stripe.parse, stripe.map_event, stripe.StripeOptions, stripe.metadata_of
    ),
    "standard": PaymentProvider(
        standard.scheme,
        standard.parse,
        standard.map_event,
        standard.StandardOptions,
        standard.metadata_of,
    ),
    "paddle": PaymentProvider(
        lambda _: PADDLE, paddle.parse, paddle.map_event, paddle.PaddleOptions, paddle.metadata_of
    ),
    "shopify": PaymentProvider(
        lambda _: SHOPIFY,
        shopify.parse,
        shopify.map_event,
        shopify.ShopifyOptions,
        shopify.metadata_of,
    ),
}
