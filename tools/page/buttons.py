"""What the page's buttons send: deliveries of `connectors trigger`, and the same bytes again."""

import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final

import aiohttp

from shared.errors import ConnectorError
from tools.errors import FailedError
from tools.trigger.deliveries import USUAL, Delivery, deliveries_of
from tools.trigger.post import Answer, post, sign
from tools.trigger.target import Target, target_of

BUTTONS: Final[Mapping[str, str]] = {
    "purchase": "stripe.checkout",
    "refund": "stripe.refund",
    "renewal": "renewal",
    "lead": "lead",
}
"""The button → what it sends, as `connectors trigger` calls it."""

_MOST_KEPT: Final = 1_000


class Buttons:
    """Sends test deliveries to the functions of a stack, and remembers them.

    Only what was sent here can be sent again: nothing else keeps a delivery's bytes.
    """

    def __init__(self) -> None:
        self._target: Target | None = None
        self._sent: OrderedDict[str, Delivery] = OrderedDict()

    def reach(self, stack: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
        """Take the functions of a stack.

        Args:
            stack: As `connectors serve --json` prints it.
            secrets: Sender → where its signing secret is.
        """
        self._target = target_of(stack, secrets)

    @property
    def names(self) -> list[str]:
        """Which buttons there are: none before a stack listens."""
        return list(BUTTONS) if self._target is not None else []

    def has(self, event_id: str) -> bool:
        """Whether a provider's event was sent here."""
        return event_id in self._sent

    async def send(self, button: str) -> list[Answer]:
        """Send what a button stands for: a refund with its purchase before it.

        Raises:
            FailedError: No functions listen, or not that one; or its secret cannot be read.
        """
        return await self._post(deliveries_of(BUTTONS[button], USUAL, now=int(time.time())))

    async def send_again(self, event_id: str) -> list[Answer]:
        """Send the same delivery again, with a new signature, as a provider signs each attempt.

        Raises:
            FailedError: It was not sent here, or too long ago.
        """
        if event_id not in self._sent:
            raise FailedError("only what this page sent can be sent again")
        return await self._post([self._sent[event_id]])

    async def _post(self, deliveries: list[Delivery]) -> list[Answer]:
        if self._target is None:
            raise FailedError("no functions listen here: this is a collector alone")
        answers = []
        async with aiohttp.ClientSession() as client:
            for delivery in deliveries:
                try:
                    signed = await sign(delivery, self._target, now=int(time.time()))
                except ConnectorError as error:
                    raise FailedError(str(error)) from None
                answer = await post(client, signed)
                answers.append(answer)
                if answer.event_id is not None:
                    self._keep(answer.event_id, delivery)
        return answers

    def _keep(self, event_id: str, delivery: Delivery) -> None:
        self._sent[event_id] = delivery
        self._sent.move_to_end(event_id)
        if len(self._sent) > _MOST_KEPT:
            self._sent.popitem(last=False)
