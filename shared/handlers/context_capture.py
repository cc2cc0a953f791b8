"""`context_capture`: signed or of an allowed origin, read, stored; what waited for it is sent."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from shared.domain.consent import Consent, with_answer_times
from shared.domain.context import Context
from shared.domain.intent_secret import without_secret
from shared.domain.notes import Notes
from shared.domain.timestamps import from_unix_seconds
from shared.errors import MalformedError, OriginError, SignatureError
from shared.messages.capture import Capture, capture_time, captured_context, read_capture
from shared.messages.refused_capture import denied_in
from shared.messages.unguessable import problem_of
from shared.observability.log import log
from shared.outcome import Outcome, Result
from shared.secrets.cache import Secrets
from shared.settings.context_capture import CaptureSettings
from shared.stores.contexts import Contexts
from shared.stores.ledger import Ledger
from shared.web.client_address import client_address
from shared.web.rate_limit import SharedRate
from shared.webhooks.delivery import Delivery, Head, VerifiedDelivery
from shared.webhooks.rotation import verify_with_rotation
from shared.webhooks.schemes import STANDARD

if TYPE_CHECKING:
    from shared.delivery.replay import Replay

CONTEXT_CAPTURE: Final = "context_capture"
MAX_BROWSER_REFERENCES: Final = 3
_SKEW: Final = timedelta(seconds=STANDARD.tolerance_seconds)
# Under each name of the signature's header, the name of the one that holds its time.
_TIME_OF: Final = {"webhook-signature": "webhook-timestamp", "svix-signature": "svix-timestamp"}


class ContextCapture(msgspec.Struct, frozen=True):
    """Stores what browsers knew.

    Attributes:
        settings: What the operator decided.
        secrets: Where the signing secrets come from.
        contexts: Where contexts are kept.
        ledger: Knows the events that wait for a context.
        replay: Returns what sends them. Most captures come before their event, and the way to GA4
            is two thirds of what a function loads: so this one loads it once an event waits.
        rate: How many captures browsers may post, and each of them.
        clock: The current time, UTC.
    """

    settings: CaptureSettings
    secrets: Secrets
    contexts: Contexts
    ledger: Ledger
    replay: Callable[[], "Replay"]
    rate: SharedRate
    clock: Callable[[], datetime]

    def judge(self, head: Head) -> str | None:
        """Return the name of the signature's header; None for a page of the shop.

        Args:
            head: The request's headers.

        Raises:
            SignatureError: It is neither signed nor a page's.
            OriginError: Pages of its origin may not post.
        """
        signature = next((name for name in _TIME_OF if head.values(name)), None)
        origins = head.values("origin")
        if signature is None and not origins:
            raise SignatureError(f"{STANDARD.signature_header}: header missing")
        if signature is None and (len(origins) > 1 or origins[0] not in self.settings.origins):
            raise OriginError("origin: not among CAPTURE_ORIGINS")
        return signature

    async def take(self, delivery: Delivery) -> list[Outcome]:
        """Take one capture from its bytes to the store, and send what waited for it.

        A signature makes it the shop's; without one it is a browser's, by its origin.

        Args:
            delivery: The request.

        Raises:
            BadDelivery: Nobody we know sent it, or it is no capture. Nothing is stored but what it
                denies.
            UnavailableError: The store, a secret, or GA4 for what waited is out of reach. The same
                capture again does no harm, and sends what still waits.
            MisconfiguredError: A secret is not where the settings say.
        """
        signature, notes = self.judge(delivery), Notes()
        if signature is not None:
            references = await self._signed(delivery, signature, notes)
        else:
            references = await self._browsers(delivery, notes)
        log(
            "capture",
            function=CONTEXT_CAPTURE,
            outcome=Result.STORED.value,
            caller="backend" if signature else "browser",
            references=len(references),
            notes=list(notes),
        )
        await self._release(references)
        return [Outcome(Result.STORED)]

    async def _release(self, references: Sequence[str]) -> None:
        """Send what waited for a context that has just been stored."""
        waiting = await self.ledger.withheld(references, now=self.clock())
        if waiting:
            await self.replay().send(waiting)

    async def _signed(self, delivery: Delivery, signature: str, notes: Notes) -> Sequence[str]:
        """Store what the shop's backend posts; what is newer replaces what is older."""
        verified = await verify_with_rotation(
            delivery,
            STANDARD,
            self.settings.secrets,
            setting="CAPTURE_SECRET",
            secrets=self.secrets,
            clock=self.clock,
        )
        try:
            return await self._dated(verified, _TIME_OF[signature], notes)
        except MalformedError:
            await self._keep_denial(*denied_in(verified.body))
            raise

    async def _dated(
        self, verified: VerifiedDelivery, time_header: str, notes: Notes
    ) -> Sequence[str]:
        """Store a signed capture by the time it names, else by that of its signature."""
        capture = read_capture(verified.body, notes)
        now, said_at, problems = self.clock(), None, []
        try:
            earliest = now - self.settings.retention
            said_at = capture_time(capture, earliest=earliest, latest=now + _SKEW)
        except MalformedError as error:
            problems.append(str(error))
        # Not the time of receipt: a replay must not come out newer than what it repeats.
        captured_at = said_at or from_unix_seconds(int(verified.header(time_header) or 0))
        return await self._store(capture, captured_at, said_at, notes, problems)

    async def _browsers(self, delivery: Delivery, notes: Notes) -> Sequence[str]:
        """Store what a page posts; the first wins, and its clock and its word are nobody's."""
        address = client_address(delivery, self.settings.proxies)
        self.rate.check(address)
        try:
            capture = read_capture(delivery.body, notes)
            problems = []
            if len(capture.references) > MAX_BROWSER_REFERENCES:
                problems.append(f"references: more than {MAX_BROWSER_REFERENCES} from a browser")
            for at, reference in enumerate(capture.references[:MAX_BROWSER_REFERENCES]):
                if problem := problem_of(reference, self.settings.references):
                    problems.append(f"references[{at}]: {problem}")
            return await self._store(capture, self.clock(), None, notes, problems, browser=address)
        except MalformedError:
            names, denied = denied_in(delivery.body)
            await self._keep_denial(self._nameable(names), denied, browser=address)
            raise

    def _nameable(self, names: Sequence[str]) -> Sequence[str]:
        """Return the references that a browser may name, as many as it may."""
        allowed = (name for name in names if not problem_of(name, self.settings.references))
        return tuple(allowed)[:MAX_BROWSER_REFERENCES]

    async def _keep_denial(
        self, names: Sequence[str], denied: Consent, *, browser: str | None = None
    ) -> None:
        """Keep what a refused capture denies; whatever it grants is not taken."""
        if names and denied != Consent():
            dated = with_answer_times(denied, granted_at=None, denied_at=self.clock())
            references = tuple(map(without_secret, names))
            await self._put(references, Context(consent=dated), browser)
            await self._release(references)

    async def _store(  # noqa: PLR0913 - what was captured, when, and what is wrong with it
        self,
        capture: Capture,
        captured_at: datetime,
        granted_at: datetime | None,
        notes: Notes,
        problems: list[str],
        *,
        browser: str | None = None,
    ) -> Sequence[str]:
        """Store a capture, of a browser at some address or the shop's; return its references.

        One with problems is refused, with all that is wrong with its context beside them.
        """
        now = self.clock()
        references = tuple(map(without_secret, capture.references))
        try:
            context = captured_context(
                capture,
                containers=self.settings.common.streams.containers,
                captured_at=captured_at,
                granted_at=granted_at,
                now=now,
                notes=notes,
            )
        except MalformedError as error:
            raise MalformedError("; ".join([*problems, str(error)])) from None
        if problems:
            raise MalformedError("; ".join(problems))
        await self._put(references, context, browser)
        return references

    async def _put(self, references: Sequence[str], context: Context, browser: str | None) -> None:
        """Keep a context of a browser at some address, or the shop's."""
        now, retention = self.clock(), self.settings.retention
        if browser is not None:
            # Not before: what is no capture takes nothing away from the pages.
            self.rate.take(browser)
            # Nobody may fill the store for good: an order that names it keeps what it needs.
            retention = self.settings.browser_retention
        await self.contexts.put(
            references,
            context,
            now=now,
            first_wins=browser is not None,
            retention=retention,
            # Nobody knows whose word it is: it stands for its own order.
            everywhere=browser is None,
        )
