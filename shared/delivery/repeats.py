"""Deliveries that this process took to their end: the same bytes again need one look at the ledger.

A provider that missed our answer sends the delivery again, mostly to the process that has it. What
is remembered here only says where to look; the ledger says whether it was sent.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

import msgspec

from shared.delivery.sender import Delivered
from shared.outcome import Outcome, Result
from shared.stores.entry import State
from shared.stores.ledger import Ledger
from shared.webhooks.delivery import VerifiedDelivery

_MOST: Final = 1_000
_ENDED: Final = frozenset({Result.DELIVERED, Result.DUPLICATE})
_SENT: Final = frozenset({State.ACCEPTED, State.DELIVERED, State.REVERSED})


class Repeats(msgspec.Struct, frozen=True):
    """The last deliveries of this process, by their bytes; none of them is kept."""

    _keys: OrderedDict[bytes, tuple[str, ...]] = msgspec.field(default_factory=OrderedDict)

    async def outcomes(self, digest: bytes, ledger: Ledger) -> list[Outcome] | None:
        """Return how a delivery that came before ends: `duplicate`.

        Args:
            digest: The delivery's.
            ledger: What was sent.

        Returns:
            One outcome for each event; None where it did not come before, or not all was sent.

        Raises:
            UnavailableError: The store is out of reach.
        """
        keys = self._keys.get(digest)
        if keys is None:
            return None
        found = []
        for entry in await ledger.find_all(keys):
            if entry is None or entry.state not in _SENT:
                return None
            name, transaction_id = entry.fact.event_name, entry.fact.transaction_id
            reason = f"already {entry.state}"
            key = entry.fact.key
            found.append(Outcome(Result.DUPLICATE, reason, name, transaction_id, entry=key))
        return found

    def remember(self, digest: bytes, delivered: Sequence[Delivered]) -> None:
        """Remember a delivery, if everything in it was sent and all that follows was done.

        Args:
            digest: The delivery's.
            delivered: What became of each event in it.
        """
        outcomes = [each.outcome for each in delivered]
        keys = [each.entry for each in outcomes if each.entry and each.result in _ENDED]
        if not keys or len(keys) < len(delivered):
            return
        self._keys[digest] = tuple(keys)
        if len(self._keys) > _MOST:
            self._keys.popitem(last=False)


def digest_of(delivery: VerifiedDelivery) -> bytes:
    """Return what a delivery is known by: the same only for the same bytes of one provider."""
    return hashlib.sha256(delivery.provider.encode() + b"\0" + delivery.body).digest()
