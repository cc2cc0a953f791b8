"""What a provider's own record is asked for, whichever provider it is."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from shared.providers.event import ProviderEvent
from shared.reconciliation.span import Span
from shared.stores.entry import LedgerEvent


class UnansweredError(Exception):
    """The provider's API does not say what was asked: nothing is claimed. Its text says why."""


class Record(Protocol):
    """A provider's record of what happened, as the events its webhooks would have brought.

    Every method raises `UnavailableError` where the provider is out of reach or does not answer
    as itself, and `MisconfiguredError` where it does not know the key or the key may not ask.
    """

    @property
    def name(self) -> str:
        """The provider, as `PAYMENT_PROVIDERS` names it."""

    @property
    def account(self) -> str | None:
        """The connected account that is asked about; None for the key's own."""

    def parts(self, span: Span) -> Sequence[AsyncIterator[ProviderEvent]]:
        """Return what happened in a span, part after part: purchases before their refunds.

        Args:
            span: The time.
        """

    async def confirm(self, event: ProviderEvent, span: Span) -> ProviderEvent | None:
        """Return an event as its webhook brought it: the ledger lacks it, or has another value.

        Args:
            event: One of `parts`.
            span: The time that is compared.

        Returns:
            The event; None where it happened at another time than the span.

        Raises:
            UnansweredError: The provider does not show whether a webhook brought it.
        """

    def reference(self, fact: LedgerEvent, payment_id: str | None) -> str | None:
        """Return the provider's own id of what an entry is about; None where nothing says it.

        Args:
            fact: What the entry is about.
            payment_id: The provider's own id of its order's payment, where that is known.
        """

    async def known(self, reference: str) -> ProviderEvent | None:
        """Return what the provider has under an id, or None.

        Args:
            reference: What `reference` returned.

        Raises:
            UnansweredError: The provider does not say whether there is something.
        """

    async def close(self) -> None:
        """Let go of what was opened for it."""
