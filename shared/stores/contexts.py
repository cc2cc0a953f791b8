"""Contexts: whose orders, customers and subscriptions are."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from shared.domain.consent import Choice, Consent, denials
from shared.domain.context import Context
from shared.domain.merge_contexts import combine_contexts, merge_contexts, without_session
from shared.domain.records import encode
from shared.errors import UnusableError
from shared.stores.denied import forget_again, forget_identity
from shared.stores.document import REFERENCES, Database, Document
from shared.stores.order_records import kept_until
from shared.stores.packing import packed, read_context
from shared.stores.reference import hashed
from shared.stores.unit import Run, Unit

# What says nothing new puts the end of a context off only by so much: a document less to write.
_AT_LEAST: Final = timedelta(days=1)
_MOST_BESIDE: Final = 20


class Contexts(msgspec.Struct, frozen=True):
    """Remembers contexts. Every method is atomic across processes, and raises as `Orders`.

    How two contexts under one reference become one, and one of several references, is not the
    store's to decide: `shared.domain.merge_contexts`.

    Attributes:
        database: Where what a denial reaches is looked for.
        run: In which unit of work.
        clock: The current time, UTC: what has expired is not there.
        retention: How long a context is kept, unless its writer says otherwise.
    """

    database: Database
    run: Run
    clock: Callable[[], datetime]
    retention: timedelta

    async def put(  # noqa: PLR0913 - what is known, and for how long and far
        self,
        references: Sequence[str],
        context: Context,
        *,
        now: datetime,
        first_wins: bool = False,
        retention: timedelta | None = None,
        everywhere: bool = True,
    ) -> None:
        """Remember a context under every reference, each by itself `merged` with what is there.

        Once analytics is denied under a reference, all that is known of the same person loses
        their identity in the same commit.

        Args:
            references: Ids it is to be found by, all of one person.
            context: What is known.
            now: The current time, UTC.
            first_wins: See `merged`.
            retention: How long it is kept, to a day, where not as long as others; what is kept for
                longer already stays.
            everywhere: How far a denial is followed: see `forget_identity`.

        Raises:
            UnusableError: The context is larger than a document.
        """
        names, until = hashed(references), now + (retention or self.retention)

        async def put(unit: Unit) -> None:
            denied, fresh = {}, False
            for known in await unit.read(REFERENCES, names):
                whole = context
                if (before := _context(known, now)) is not None:
                    whole = merge_contexts(before, context, first_wins=first_wins)
                if whole.consent.analytics is Choice.DENIED:
                    denied[known.name] = denials(whole.consent)
                    fresh |= not _is_denied(before)
                later = until
                if before is not None:
                    later = max(until, known.fields["context_until"])
                content = packed(encode(whole))
                if content is None:
                    raise UnusableError("context", "larger than the store can keep")
                beside = _beside(known, names) if not denied else known.fields.get("beside", [])
                nothing_new = before is not None and content == known.fields["context"]
                nothing_new = nothing_new and beside == known.fields.get("beside", [])
                if nothing_new and known.fields["context_until"] >= until - _AT_LEAST:
                    continue
                fields = {**known.fields, "context": content, "context_until": later}
                if beside:
                    fields["beside"] = beside
                unit.write(known, {**fields, "expires_at": kept_until(fields)})
            if denied:
                await self._forget(unit, denied, now, fresh=fresh, everywhere=everywhere)

        await self.run(put)

    async def _forget(
        self,
        unit: Unit,
        denied: Mapping[str, Consent],
        now: datetime,
        *,
        fresh: bool,
        everywhere: bool,
    ) -> None:
        """Forget who denied; what was reduced with a denial before is not looked for again."""
        if not fresh:
            await forget_again(unit, denied, now)
            return
        until, database = now + self.retention, self.database
        await forget_identity(unit, database, denied, everywhere=everywhere, now=now, until=until)

    async def get(
        self, references: Sequence[str], *, lasting: Sequence[str] = ()
    ) -> Context | None:
        """Return the contexts of all references, combined in their order.

        Args:
            references: Ids that a context may be found by.
            lasting: Those of them that stand for more than one order, a customer for example:
                of their contexts the session is left out.
        """
        names, shared = hashed(references), frozenset(hashed(lasting))

        async def get(unit: Unit) -> Context | None:
            now, found = self.clock(), []
            for document in await unit.read(REFERENCES, names):
                context = _context(document, now)
                if context is not None:
                    found.append(without_session(context) if document.name in shared else context)
            return combine_contexts(found)

        return await self.run(get)


def _is_denied(context: Context | None) -> bool:
    return context is not None and context.consent.analytics is Choice.DENIED


def _beside(document: Document, names: Sequence[str]) -> list[str]:
    """Return the documents of the ids that were named together with a document's, newest last."""
    was = document.fields.get("beside", [])
    more = [name for name in names if name != document.name and name not in was]
    return [*was, *more][-_MOST_BESIDE:]


def _context(document: Document, now: datetime) -> Context | None:
    content = document.fields.get("context")
    if content is None or document.fields["context_until"] <= now:
        return None
    return read_context(content, now)
