"""What ours stands on, and no rules: the same framework, the same store and way to GA4.

It reads the documents of an order together, claims it and remembers three ids of it in one commit,
posts, and settles in another: what each payment costs before anybody asks what it means. It knows
nothing of consent, of other orders, or of what to do when something fails.
"""

import os
import time
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final

import functions_framework.aio
import msgspec
from starlette.requests import Request
from starlette.responses import Response

from benchmarks.floor.main import Message, order_of, verified
from shared.ga4.measurement_protocol import MeasurementProtocol
from shared.secrets.secret import Secret
from shared.sinks.sending import SendStatus
from shared.stores import ledger_fields
from shared.stores.document import LEDGER, REFERENCES, Change, Document
from shared.stores.entry import LedgerEvent, State
from shared.stores.reference import hashed
from shared.stores.sqlite.database import SqliteDatabase

_SECRET: Final = Secret(os.environ["GA4_API_SECRET"])
_KEPT: Final = timedelta(days=400)


def _now() -> datetime:
    return datetime.now(UTC)


@cache
def database() -> SqliteDatabase:
    """The one store of the process."""
    return SqliteDatabase(os.environ["LEDGER"], _now)


@cache
def ga4() -> MeasurementProtocol:
    """The one way to GA4 of the process."""

    async def secret() -> Secret:
        return _SECRET

    return MeasurementProtocol(os.environ["GA4_ENDPOINT"], os.environ["GA4_MEASUREMENT_ID"], secret)


@functions_framework.aio.http
async def payment_webhook(request: Request) -> Response:
    """Verify, claim, send to GA4, settle, answer."""
    body = await request.body()
    header = request.headers.get("stripe-signature", "").encode()
    status = await once(order_of(body)) if verified(header, body) else 400
    return Response(msgspec.json.encode({"outcome": status}), status)


async def once(session: Message) -> int:
    """Send an order to GA4 unless it was sent; the status to answer with."""
    order = session["metadata"]["order_id"]
    fact = LedgerEvent(
        os.environ["GA4_MEASUREMENT_ID"],
        "purchase",
        order,
        transaction_id=order,
        currency=session["currency"].upper(),
        occurred_at=_now(),
        source="stripe checkout.session.completed",
        mentions=(order, session["id"], session["payment_intent"]),
    )
    ids = hashed(fact.mentions)
    entry, *known = await database().read(
        [(LEDGER, fact.key), *[(REFERENCES, each) for each in ids]]
    )
    if entry.version is not None:
        return 200
    now = _now()
    times = ledger_fields.Times(now, now + _KEPT)
    claim = ledger_fields.claimed(fact, str(time.time_ns()), times) | {"sending": True}
    kept = {"order": msgspec.json.encode(session["metadata"]), "expires_at": times.expires_at}
    changes = [Change(entry, claim), *[Change(each, kept) for each in known]]
    version, *_ = await database().commit(changes)
    payload = {
        "client_id": session["metadata"]["ga_client_id"],
        "events": [{"name": "purchase", "params": {"transaction_id": order}}],
    }
    sent = await ga4().send(msgspec.json.encode(payload), _SECRET, resend=True)
    ended = ledger_fields.settled(State.DELIVERED, times, None, None, claim["holder"])
    claimed = Document(LEDGER, fact.key, claim, version)
    await database().commit([Change(claimed, ledger_fields.changed(claimed, ended))])
    return 200 if sent.status is SendStatus.ACCEPTED else 503
