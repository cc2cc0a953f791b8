"""From a push to a settled message: who pushes, what was pushed, and where poison goes."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import msgspec

from shared.changed import replace
from shared.delivery.denials import keep_denial
from shared.delivery.route import tests_count
from shared.delivery.sender import Sender
from shared.domain.conversion import DEBUG_MARK, Source
from shared.errors import MalformedError, SignatureError, UnusableError
from shared.google_cloud.push_tokens import PushTokens
from shared.handlers.dead_letters import DeadLetters
from shared.messages.envelope import Message, read_envelope
from shared.messages.unreadable_analytics import answers_in
from shared.observability.events import log_event, note_source
from shared.outcome import Outcome, Result
from shared.providers.object_ids import object_ids
from shared.secrets.cache import Secrets
from shared.settings.push import PushSettings
from shared.webhooks.delivery import Delivery

MAX_DATA_BYTES: Final = 1024 * 1024

EventT = TypeVar("EventT")
Handle = Callable[[Message], Awaitable[Outcome]]


class PubSubPush(msgspec.Struct, frozen=True):
    """What every function that Pub/Sub pushes to does with a push.

    Attributes:
        function: Its name.
        settings: The push's token.
        secrets: Where the token comes from.
        sender: Where what nobody can read is recorded.
        dead_letters: Where it goes.
        identities: Verifies Google's token of the push; None where only the platform does.
    """

    function: str
    settings: PushSettings
    secrets: Secrets
    sender: Sender
    dead_letters: DeadLetters
    identities: PushTokens | None = None

    async def take(self, delivery: Delivery, token: str, handle: Handle) -> Outcome:
        """Take one push to its end.

        Args:
            delivery: The request.
            token: What the push says to prove that it is one.
            handle: Takes the message to its outcome.

        Returns:
            What became of it; a rejected one is dead-lettered by then.

        Raises:
            SignatureError: It is no push of ours. Nothing is stored.
            InProgressError: Another delivery of the same fact is on its way.
            UnavailableError: Something is out of reach; the message must come again.
            MisconfiguredError: A secret or a topic is not where the settings say.
        """
        if self.identities is not None:
            await self.identities.verify(", ".join(delivery.values("authorization")))
        await self._authenticate(token)
        try:
            message = read_envelope(delivery.headers, delivery.body)
        except MalformedError as error:
            digest = hashlib.sha256(delivery.body).hexdigest()[:32]
            message = Message(delivery.body, f"body-{digest}")
            return await self._rejected(message, str(error))
        if len(message.data) > MAX_DATA_BYTES:
            return await self._rejected(message, f"data: larger than {MAX_DATA_BYTES} bytes")
        outcome = await handle(message)
        if outcome.result is Result.REJECTED:
            await self._dead_letter(message, outcome)
        return outcome

    async def settle(
        self,
        message: Message,
        read: Callable[[Message], tuple[Source, EventT]],
        settle: Callable[[EventT, Source], Awaitable[Outcome]],
    ) -> Outcome:
        """Take one message to a settled event, and log it. Raises as `take`.

        Args:
            message: What was pushed.
            read: Returns where the message comes from, and what it says.
            settle: Takes that to its outcome.

        Returns:
            What became of it; an event that can never be sent is `rejected`.
        """
        source = _source_of(message)
        note_source(source)
        try:
            source, event = read(message)
            if message.attribute(DEBUG_MARK) == "true":
                source = replace(source, debug=True)
            note_source(source)
            outcome = await settle(event, source)
        except UnusableError as error:
            ids, now = object_ids(message.data), self.sender.clock()
            answers = answers_in(message.data, tests=tests_count(self.sender.settings))
            await keep_denial(self.sender.stores.contexts, answers, ids, now)
            outcome = await self.sender.reject(source, str(error), ids)
        log_event(outcome, source)
        return outcome

    async def _rejected(self, message: Message, reason: str) -> Outcome:
        """Record what nobody can read, and put it away."""
        source = _source_of(message)
        note_source(source)
        outcome = await self.sender.reject(source, reason)
        log_event(outcome, source)
        await self._dead_letter(message, outcome)
        return outcome

    async def _dead_letter(self, message: Message, outcome: Outcome) -> None:
        await self.dead_letters.publish(
            message, function=self.function, reason=outcome.reason or "rejected"
        )

    async def _authenticate(self, token: str) -> None:
        """Hold the push's token against the one that is configured; without one all may push.

        Who may call the function at all, the platform has checked, or `identities`.
        """
        reference = self.settings.token
        if reference is None:
            return
        cached = await self.secrets.get(reference, "PUSH_TOKEN")
        if _equal(token, cached.reveal()):
            return
        refreshed = await self.secrets.refresh(reference, "PUSH_TOKEN")
        if not _equal(token, refreshed.reveal()):
            raise SignatureError("token: missing or wrong")


def _source_of(message: Message) -> Source:
    """Return what a message is recorded under until it says where it comes from."""
    return Source("pubsub", message.message_id, "message")


def _equal(token: str, expected: str) -> bool:
    return hmac.compare_digest(token.encode("utf-8", "replace"), expected.encode())
