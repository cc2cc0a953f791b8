"""Contexts in Firestore: one document per reference."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from shared.domain.context import Context
from shared.domain.merge_contexts import combine_contexts, merge_contexts
from shared.domain.records import decode_context, encode
from shared.domain.without_session import without_session
from shared.errors import UnusableError
from shared.stores.firestore.database import FirestoreDatabase
from shared.stores.firestore.document import CONTEXTS, Change, Document
from shared.stores.firestore.encoding import packed, unpacked
from shared.stores.orders import RETENTION
from shared.stores.reference import hashed


class FirestoreContexts:
    """`Contexts` in one Firestore database.

    Args:
        database: The database.
        clock: The current time, UTC: what has expired is not there.
    """

    def __init__(self, database: FirestoreDatabase, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def put(
        self,
        references: Sequence[str],
        context: Context,
        *,
        now: datetime,
        first_wins: bool = False,
        retention: timedelta = RETENTION,
    ) -> None:
        """See `Contexts.put`.

        Raises:
            UnusableError: The context is larger than a document.
        """
        keys, until = hashed(references), now + retention
        if not keys:
            return

        async def put() -> None:
            documents = await self._database.read(CONTEXTS, keys)
            changes = []
            for known in documents:
                whole = context
                if known.alive(now):
                    whole = merge_contexts(_context(known), context, first_wins=first_wins)
                later = max(until, known.fields.get("expires_at", until))
                fields = {"context": _kept(whole), "expires_at": later}
                if fields != known.fields:
                    changes.append(Change(known, fields))
            if changes:
                await self._database.commit(changes)

        await self._database.patiently(put)

    async def get(
        self, references: Sequence[str], *, lasting: Sequence[str] = ()
    ) -> Context | None:
        """See `Contexts.get`."""
        keys = hashed(references)
        if not keys:
            return None
        documents = await self._database.patiently(lambda: self._database.read(CONTEXTS, keys))
        now = self._clock()
        shared = frozenset(hashed(lasting))
        return combine_contexts(
            [
                without_session(_context(each)) if each.name in shared else _context(each)
                for each in documents
                if each.alive(now)
            ]
        )


def _context(document: Document) -> Context:
    return decode_context(unpacked(document.fields["context"]))


def _kept(context: Context) -> bytes:
    kept = packed(encode(context))
    if kept is None:
        raise UnusableError("context", "larger than the store can keep")
    return kept
