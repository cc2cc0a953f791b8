"""Attribute, build, check, and then once: what every function does with a conversion."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from shared.attribution.attribute import attribute
from shared.conversions.attributed import Withheld
from shared.conversions.conversion import Conversion, Source
from shared.conversions.kept import kept_conversion
from shared.conversions.record import encode
from shared.errors import UnusableError
from shared.ga4.checked import InvalidRequest, check
from shared.ga4.collect import Collect
from shared.ga4.event import to_request
from shared.outcomes import Outcome, Result
from shared.pipeline.facts import fact_of, fact_of_unreadable, outcome_of
from shared.pipeline.once import Once
from shared.secrets.cache import Secrets
from shared.settings import Settings
from shared.stores.entry import State
from shared.stores.protocol import Ledger


@dataclass(frozen=True, slots=True)
class Deliver:
    """The way from a conversion to a settled event.

    Attributes:
        settings: What the operator decided.
        secrets: Where the api_secret comes from.
        ledger: What was sent before.
        collect: The way to GA4.
        clock: The current time, UTC.
    """

    settings: Settings
    secrets: Secrets
    ledger: Ledger
    collect: Collect
    clock: Callable[[], datetime]

    async def tell(self, conversion: Conversion, *, mp_source: str) -> Outcome:
        """Tell GA4 of a conversion exactly once.

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
        now = self.clock()
        try:
            attributed = attribute(conversion, self.settings.policy, now)
        except UnusableError as error:
            return await self._keep(conversion, State.REJECTED, str(error))
        if isinstance(attributed, Withheld):
            return await self._keep(conversion, State.WITHHELD, attributed.reason)
        request = check(
            to_request(
                attributed,
                mp_source=mp_source,
                gross=self.settings.gross,
                user_data=self.settings.user_data,
            ),
            now,
            exempt=self.settings.personal_data_exemptions,
        )
        if isinstance(request, InvalidRequest):
            return await self._keep(conversion, State.REJECTED, request.reason)
        api_secret = await self.secrets.get(self.settings.api_secret, "GA4_API_SECRET")
        once = Once(self.settings, self.ledger, self.collect, self.clock)
        outcome = await once.send(attributed, request, api_secret)
        return replace(outcome, notes=outcome.notes + request.repairs)

    async def reject(self, source: Source, reason: str) -> Outcome:
        """Record money that cannot be read.

        Args:
            source: Where it came from.
            reason: What is wrong with it, without its data.
        """
        fact = fact_of_unreadable(source, self.settings)
        await self.ledger.record(fact, State.REJECTED, now=self.clock(), reason=reason)
        return Outcome(Result.REJECTED, reason)

    async def _keep(self, conversion: Conversion, state: State, reason: str) -> Outcome:
        """Record a conversion that is not sent, with what replay needs."""
        await self.ledger.record(
            fact_of(conversion, self.settings),
            state,
            now=self.clock(),
            reason=reason,
            replay=encode(kept_conversion(conversion)),
        )
        return outcome_of(Result(state.value), conversion, reason)
