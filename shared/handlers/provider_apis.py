"""The APIs of payment providers, asked for what a delivery does not carry.

Each is loaded and made at its first question: most deliveries carry all there is to know.
"""

# ruff: noqa: PLC0415 - see above

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

import msgspec

from shared.providers.event import ProviderEvent
from shared.secrets.secret import Secret
from shared.settings.providers import Provider
from shared.settings.values import STRIPE_HOST

if TYPE_CHECKING:
    from shared.provider_api.lookup import LookupApi
    from shared.provider_api.paypal import PayPalApi
    from shared.stripe_api.client import StripeApi

_MADE: Final = ("stripe", "paypal", "lookup")
_COMPLETED: Final = ("stripe", "paypal")


class ProviderApis:
    """Asks each provider over connections that are kept.

    Args:
        stripe_host: `https://api.stripe.com`, or a stand-in on loopback.
    """

    def __init__(self, stripe_host: str = STRIPE_HOST) -> None:
        self._stripe_host = stripe_host

    @cached_property
    def stripe(self) -> "StripeApi":
        """Stripe's."""
        from shared.stripe_api.client import StripeApi

        return StripeApi(self._stripe_host)

    @cached_property
    def paypal(self) -> "PayPalApi":
        """PayPal's."""
        from shared.provider_api.paypal import PayPalApi

        return PayPalApi()

    @cached_property
    def lookup(self) -> "LookupApi":
        """Any provider's, for one object that a delivery names."""
        from shared.provider_api.lookup import LookupApi

        return LookupApi()

    def can_complete(self, provider: Provider) -> bool:
        """Return whether a provider's events may lack what `complete` adds.

        Args:
            provider: A configured one.
        """
        return provider.name in _COMPLETED

    async def complete(
        self, event: ProviderEvent, provider: Provider, key: Secret, now: datetime
    ) -> ProviderEvent:
        """Return an event with what its provider's API has of it beside.

        Args:
            event: What the provider sent.
            provider: Whose event it is, one that `can_complete`.
            key: The key for its API.
            now: The current time, UTC.

        Raises:
            UnavailableError: The API is out of reach, and the event cannot go without, or not yet.
            MisconfiguredError: The provider does not know the key, and nothing can go without it.
        """
        if provider.name == "stripe":
            from shared.providers.stripe import MEANINGS
            from shared.stripe_api.complete import complete

            return await complete(
                event,
                key,
                api=self.stripe,
                wanted=MEANINGS,
                now=now,
                owners=provider.options.payment_intents,
            )
        from shared.handlers.paypal_order import with_order

        return await with_order(event, key, provider.options, self.paypal, now)

    async def find(
        self, paths: Sequence[str], provider: Provider, host: str, key: Secret, setting: str
    ) -> Mapping[str, msgspec.Raw | None]:
        """Return what stands under each of some paths; None where the provider has no such object.

        Args:
            paths: What a delivery names and does not carry.
            provider: Whose delivery it is.
            host: Where its API is.
            key: The key for it.
            setting: Where that key is, for errors.

        Raises:
            UnavailableError: The API is out of reach.
            MisconfiguredError: The provider does not know the key.
        """
        from shared.provider_api.reply import Answerer

        who = Answerer(provider.kind.title, setting, lambda _: "the key may not read this")
        return {path: await self.lookup.find(host, path, key, who) for path in paths}

    async def close(self) -> None:
        """Close the connections of those that were asked."""
        for name in _MADE:
            if name in vars(self):
                await getattr(self, name).close()
