"""What a provider's own record is asked for, whichever provider it is."""

import re
from collections.abc import AsyncIterator, Sequence
from typing import Final, Protocol

from shared.providers.event import ProviderEvent
from shared.reconciliation.span import Span
from shared.stores.entry import LedgerEvent

_ORDER: Final = re.compile(r"([0-9]{1,19})(?:-[0-9.]+)?")
_NUMBER: Final = re.compile(r"[0-9]{1,19}")


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


def order_or_refund(fact: LedgerEvent, payment_id: str | None, *, refunded: str) -> str | None:
    """Return the number of an entry's order, and of its refund behind a slash; None where unknown.

    Args:
        fact: The entry's event, of a shop whose orders and refunds are numbered.
        payment_id: The order, where the entry knows it.
        refunded: The type of the events that are refunds.
    """
    if refunded in fact.source.split(" "):
        order = payment_id or fact.transaction_id or ""
        known = _NUMBER.fullmatch(order) and _NUMBER.fullmatch(fact.business_key)
        return f"{order}/{fact.business_key}" if known else None
    if payment_id is not None:
        return payment_id
    found = _ORDER.fullmatch(fact.business_key)
    return found[1] if found else None
