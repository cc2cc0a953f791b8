"""Claim, collect, settle: an event is sent once, and each way out leaves the ledger truthful.

docs/decisions/0003-unclear-answers.md tells why each answer ends as it does.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from math import ceil
from typing import Final

from shared.conversions.attributed import AttributedConversion
from shared.conversions.told import Told, encode_told
from shared.deadline import settling, time_is_up
from shared.errors import (
    RETRY_AFTER_SECONDS,
    InProgressError,
    LeaseLostError,
    UnavailableError,
)
from shared.ga4.checked import ValidRequest
from shared.ga4.collect import Collect, Fate, Receipt
from shared.observability.log import Severity, log
from shared.outcomes import Outcome, Result
from shared.pipeline.facts import fact_of_attributed, outcome_of
from shared.pipeline.surely import surely
from shared.secret import Secret
from shared.settings import Settings
from shared.stores.entry import State
from shared.stores.protocol import Done, InProgress, Lease, Ledger

_ENDS: Final = {
    Fate.TAKEN: (State.DELIVERED, None),
    Fate.REFUSED: (State.REJECTED, "GA4 answered"),
    Fate.UNCLEAR: (State.UNCERTAIN, "no clear answer"),
}


@dataclass(frozen=True, slots=True)
class Once:
    """Sends an event unless it was sent.

    Attributes:
        settings: Which stream.
        ledger: What was sent before.
        collect: The way to GA4.
        clock: The current time, UTC.
        mp_source: Which function sends it.
    """

    settings: Settings
    ledger: Ledger
    collect: Collect
    clock: Callable[[], datetime]
    mp_source: str

    async def send(
        self, attributed: AttributedConversion, request: ValidRequest, api_secret: Secret
    ) -> Outcome:
        """Send a request that tells of `attributed`, and write down what became of it.

        Args:
            attributed: What happened, and whose it is.
            request: The bytes that tell GA4.
            api_secret: Already at hand: with a claim in hand it would be too late to miss it.

        Raises:
            InProgressError: Another delivery of the same fact is on its way.
            UnavailableError: The store or GA4 is out of reach, or no time is left. Nothing stays
                claimed, as far as the store can be told.
        """
        if time_is_up():
            raise UnavailableError("no time is left to send it")
        conversion = attributed.conversion
        resend = conversion.resend_safe
        fact = fact_of_attributed(attributed, self.settings)
        claim = await self.ledger.claim(fact, now=self.clock(), resend=resend)
        if isinstance(claim, Done):
            return outcome_of(Result.DUPLICATE, conversion, f"already {claim.state}")
        if isinstance(claim, InProgress):
            raise InProgressError("another delivery of the same fact is on its way")
        if not resend:
            if claim.sending_began:
                crashed = Receipt(Fate.UNCLEAR, "an earlier try never said how it ended", 0)
                return await self._settle(claim, attributed, crashed)
            await self._begin(claim)
        receipt = await self.collect.send(request, api_secret, resend=resend)
        if receipt.fate is Fate.NOT_SENT:
            with settling():
                await surely(lambda: self.ledger.release(claim))
            raise UnavailableError(
                f"GA4 is out of reach: {receipt.detail}",
                retry_after=ceil(receipt.retry_after or RETRY_AFTER_SECONDS),
            )
        return await self._settle(claim, attributed, receipt)

    async def _begin(self, claim: Lease) -> None:
        """Put on record that sending begins; where that fails nothing is sent."""
        try:
            await self.ledger.begin(claim, now=self.clock())
        except LeaseLostError:
            raise InProgressError("another delivery took over before this one could send") from None
        except UnavailableError:
            # It may be on record all the same: given back, the next delivery is the first again.
            with settling(), suppress(UnavailableError):
                await surely(lambda: self.ledger.release(claim))
            raise

    async def _settle(
        self, lease: Lease, attributed: AttributedConversion, receipt: Receipt
    ) -> Outcome:
        """Write the end of a claim down; a lost lease is its new holder's to settle."""
        state, why = _ENDS[receipt.fate]
        reason = why and f"{why}: {receipt.detail}"
        conversion = attributed.conversion
        told = Told(conversion, self.mp_source)
        replay = encode_told(told) if state is State.REJECTED else None
        settle = partial(self.ledger.settle, lease, state, reason=reason, replay=replay)
        try:
            with settling():
                await surely(lambda: settle(now=self.clock()))
        except LeaseLostError:
            log("lease_lost", Severity.WARNING, outcome=state.value)
        return outcome_of(
            Result(state.value),
            conversion,
            reason,
            fact=fact_of_attributed(attributed, self.settings),
            retry=state is State.UNCERTAIN and conversion.resend_safe,
        )
