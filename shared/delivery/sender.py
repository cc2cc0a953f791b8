"""Send a conversion: attribute, build, check, and send it exactly once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from shared.delivery.exactly_once import ExactlyOnce
from shared.delivery.known_payments import free_place
from shared.delivery.ledger_events import (
    fact_of,
    fact_of_refund,
    fact_of_unreadable,
    outcome_of,
)
from shared.delivery.order_history import OrderHistory
from shared.delivery.payment_identity import purchase_of_reversal, scoped
from shared.delivery.prepare import NotSent, prepare
from shared.domain.conversion import Conversion, Source
from shared.domain.refund import Reversal
from shared.domain.replay_record import ReplayRecord, encode_replay
from shared.errors import InProgressError
from shared.ga4.measurement_protocol import MeasurementProtocol
from shared.outcome import Outcome, Result
from shared.secrets.cache import Secrets
from shared.settings import Settings
from shared.stores.entry import REVERSED_AFTER_SENDING, State
from shared.stores.protocol import InProgress, Ledger

_REVERSAL: Final = "payment_webhook"


@dataclass(frozen=True, slots=True)
class Sender:
    """The way from a conversion to a settled event.

    Attributes:
        settings: What the operator decided.
        secrets: Where the api_secret comes from.
        ledger: What was sent before.
        measurement_protocol: The way to GA4.
        clock: The current time, UTC.
    """

    settings: Settings
    secrets: Secrets
    ledger: Ledger
    measurement_protocol: MeasurementProtocol
    clock: Callable[[], datetime]

    async def send(self, conversion: Conversion, *, mp_source: str) -> Outcome:
        """Send a conversion to GA4 exactly once.

        Args:
            conversion: What happened, with all that is known of it.
            mp_source: Which function sends it.

        Returns:
            What became of it.

        Raises:
            InProgressError: Another delivery of the same fact is on its way.
            UnavailableError: Something is out of reach; nothing stays claimed.
            MisconfiguredError: A secret is not where the settings say.
        """
        ready = prepare(conversion, self.settings, self.clock(), mp_source=mp_source)
        if isinstance(ready, NotSent):
            return await self._keep(ReplayRecord(conversion, mp_source), ready)
        api_secret = await self.secrets.get(self.settings.api_secret, "GA4_API_SECRET")
        once = ExactlyOnce(
            self.settings, self.ledger, self.measurement_protocol, self.clock, mp_source
        )
        outcome = await once.send(ready.attributed, ready.request, api_secret)
        return replace(outcome, notes=outcome.notes + ready.request.repairs)

    async def reverse(self, reversal: Reversal, source: Source, history: OrderHistory) -> Outcome:
        """Put on record that a refund is none after all, so that it is not sent from now on.

        GA4 has no event that takes a refund back. Where it has the refund already, the entry says
        so, and a purchase of the same amount is sent where the operator wants that.

        Args:
            reversal: What was reversed.
            source: Where we learned it.
            history: The orders that are known.

        Raises:
            InProgressError: The refund is being sent right now.
            UnavailableError: The store or GA4 is out of reach.
        """
        fact = fact_of_refund(reversal, source, self.settings)
        before = await self.ledger.find(fact.key)
        sent = before is not None and before.was_sent
        reason = REVERSED_AFTER_SENDING if sent else reversal.reason
        entry = await self.ledger.reverse(fact, now=self.clock(), reason=reason)
        if isinstance(entry, InProgress):
            raise InProgressError("the refund is being sent")
        if sent:
            await free_place(history.orders, reversal, source, self.clock())
        if before is not None and sent and reversal.sent_as_purchase:
            order = await history.orders.find(scoped(source, reversal.references))
            again = purchase_of_reversal(reversal, before.fact, order, source)
            await self.send(again, mp_source=_REVERSAL)
        return Outcome(Result.REVERSED, reason, fact.event_name, fact.transaction_id)

    async def reject(self, source: Source, reason: str) -> Outcome:
        """Record money that cannot be read.

        Args:
            source: Where it came from.
            reason: What is wrong with it, without its data.
        """
        return await self._note(source, State.REJECTED, reason)

    async def withhold(self, source: Source, reason: str) -> Outcome:
        """Record money that came without its amount.

        Args:
            source: Where it came from.
            reason: What is missing.
        """
        return await self._note(source, State.WITHHELD, reason)

    async def _note(self, source: Source, state: State, reason: str) -> Outcome:
        """Record what never became a conversion."""
        fact = fact_of_unreadable(source, self.settings)
        await self.ledger.record(fact, state, now=self.clock(), reason=reason)
        return Outcome(Result(state.value), reason)

    async def _keep(self, record: ReplayRecord, kept: NotSent) -> Outcome:
        """Record a conversion that is not sent, with what replay needs."""
        conversion = record.conversion
        fact = fact_of(conversion, self.settings)
        await self.ledger.record(
            fact,
            kept.state,
            now=self.clock(),
            reason=kept.reason,
            replay=encode_replay(record),
            references=conversion.references + conversion.customer_references if kept.waits else (),
        )
        return outcome_of(Result(kept.state.value), conversion, kept.reason, fact=fact)
