"""Claim, collect, settle: an event is sent once, and each way out leaves the ledger truthful.

docs/decisions/0003-unclear-answers.md says why each answer ends as it does.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from math import ceil
from typing import Final

from shared.deadline import settling, time_is_up
from shared.delivery.ledger_events import event_of_attributed, outcome_of
from shared.delivery.retry import retry_while_unavailable
from shared.domain.attributed import AttributedConversion
from shared.domain.replay_record import ReplayRecord, encode_replay
from shared.errors import (
    RETRY_AFTER_SECONDS,
    InProgressError,
    LeaseLostError,
    UnavailableError,
)
from shared.ga4.check import ValidRequest
from shared.ga4.measurement_protocol import MeasurementProtocol, SendResult, SendStatus
from shared.observability.log import Severity, log
from shared.outcome import Outcome, Result
from shared.secrets.secret import Secret
from shared.settings import Settings
from shared.stores.entry import State
from shared.stores.protocol import Done, InProgress, Lease, Ledger

_ENDS: Final = {
    SendStatus.ACCEPTED: (State.DELIVERED, None),
    SendStatus.REJECTED: (State.REJECTED, "GA4 answered"),
    SendStatus.UNKNOWN: (State.UNCERTAIN, "no clear answer"),
}


# What the ledger never keeps, so that such a purchase is built again.
_PERSONAL: Final = (b'"user_data":', b'"ip_override":')


@dataclass(frozen=True, slots=True)
class ExactlyOnce:
    """Sends an event unless it was sent.

    Attributes:
        settings: Which stream.
        ledger: What was sent before.
        measurement_protocol: The way to GA4.
        clock: The current time, UTC.
        mp_source: Which function sends it.
    """

    settings: Settings
    ledger: Ledger
    measurement_protocol: MeasurementProtocol
    clock: Callable[[], datetime]
    mp_source: str

    async def send(
        self, attributed: AttributedConversion, request: ValidRequest, api_secret: Secret
    ) -> Outcome:
        """Send a request for `attributed`, and write down what became of it.

        Args:
            attributed: What happened, and whose it is.
            request: The bytes for GA4.
            api_secret: Already at hand: with a claim in hand it would be too late to miss it.

        Raises:
            InProgressError: Another delivery of the same fact is on its way.
            UnavailableError: The store or GA4 is out of reach, or no time is left. Nothing stays
                claimed, as far as the store can be reached.
        """
        if time_is_up():
            raise UnavailableError("no time is left to send it")
        conversion = attributed.conversion
        resend = conversion.resend_safe
        fact = event_of_attributed(attributed, self.settings)
        claim = await self.ledger.claim(fact, now=self.clock(), resend=resend)
        if isinstance(claim, Done):
            return outcome_of(Result.DUPLICATE, conversion, f"already {claim.state}")
        if isinstance(claim, InProgress):
            raise InProgressError("another delivery of the same fact is on its way")
        if not resend:
            if claim.sending_began:
                crashed = SendResult(
                    SendStatus.UNKNOWN, "an earlier try never said how it ended", 0
                )
                return await self._settle(claim, attributed, crashed, request.body)
            await self._begin(claim)
        if claim.sent is not None:
            # Under another client, which a capture may have brought meanwhile, it would be a
            # second sale: GA4 merges a purchase with its duplicate only.
            request = replace(request, body=claim.sent)
        receipt = await self.measurement_protocol.send(request, api_secret, resend=resend)
        if receipt.status is SendStatus.NOT_SENT:
            with settling():
                await retry_while_unavailable(lambda: self.ledger.release(claim))
            raise UnavailableError(
                f"GA4 is out of reach: {receipt.detail}",
                retry_after=ceil(receipt.retry_after or RETRY_AFTER_SECONDS),
            )
        return await self._settle(claim, attributed, receipt, request.body)

    async def _begin(self, claim: Lease) -> None:
        """Put on record that sending begins; where that fails nothing is sent."""
        try:
            await self.ledger.begin(claim, now=self.clock())
        except LeaseLostError:
            raise InProgressError("another delivery took over before this one could send") from None
        except UnavailableError:
            # It may be on record all the same: given back, the next delivery is the first again.
            with settling(), suppress(UnavailableError):
                await retry_while_unavailable(lambda: self.ledger.release(claim))
            raise

    async def _settle(
        self, lease: Lease, attributed: AttributedConversion, receipt: SendResult, body: bytes
    ) -> Outcome:
        """Write the end of a claim down; a lost lease is its new holder's to settle."""
        state, why = _ENDS[receipt.status]
        reason = why and f"{why}: {receipt.detail}"
        conversion = attributed.conversion
        record = ReplayRecord(conversion, self.mp_source)
        replay = encode_replay(record) if state is State.REJECTED else None
        if state is State.UNCERTAIN and conversion.resend_safe and not _is_personal(body):
            replay = body
        settle = partial(self.ledger.settle, lease, state, reason=reason, replay=replay)
        try:
            with settling():
                await retry_while_unavailable(lambda: settle(now=self.clock()))
        except LeaseLostError:
            log("lease_lost", Severity.WARNING, outcome=state.value)
        return outcome_of(
            Result(state.value),
            conversion,
            reason,
            fact=event_of_attributed(attributed, self.settings),
            retry=state is State.UNCERTAIN and conversion.resend_safe,
        )


def _is_personal(body: bytes) -> bool:
    return any(name in body for name in _PERSONAL)
