"""Contexts in Firestore: one document per reference."""

from collections.abc import Callable, Sequence
from datetime import datetime

from shared.conversions.context import Context
from shared.conversions.record import decode_context, encode
from shared.errors import UnusableError
from shared.stores.firestore_bytes import packed, unpacked
from shared.stores.firestore_database import FirestoreDatabase
from shared.stores.firestore_document import CONTEXTS, Change, Document
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
    ) -> None:
        """See `Contexts.put`.

        Raises:
            UnusableError: The context is larger than a document.
        """
        keys, content = hashed(references), packed(encode(context))
        if content is None:
            raise UnusableError("context", "larger than the store can keep")
        if not keys:
            return
        expiry = {"expires_at": now + RETENTION}
        fields = {"context": content, **expiry}

        async def newest() -> None:
            documents = [Document(CONTEXTS, key) for key in keys]
            await self._database.commit(
                [Change(document, fields, whatever=True) for document in documents]
            )

        async def first() -> None:
            documents = await self._database.read(CONTEXTS, keys)
            await self._database.commit(
                [Change(known, expiry if known.alive(now) else fields) for known in documents]
            )

        await self._database.patiently(first if first_wins else newest)

    async def get(self, references: Sequence[str]) -> Context | None:
        """See `Contexts.get`."""
        keys = hashed(references)
        if not keys:
            return None
        documents = await self._database.patiently(lambda: self._database.read(CONTEXTS, keys))
        now = self._clock()
        for document in documents:
            if document.alive(now):
                return decode_context(unpacked(document.fields["context"]))
        return None
