"""What Stripe says of an id, asked with a key that may read it; nothing is ever changed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from shared.deadline import give_up_at
from shared.decoding import read
from shared.errors import ConnectorError, UnusableError
from shared.provider_api.reply import GoneError
from shared.providers.minor_units import currency_code, major_units
from shared.providers.object_ids import object_ids
from shared.secrets.secret import Secret
from shared.stripe_api.access import Access
from shared.stripe_api.client import StripeApi
from tools.explain.story import Statement

_SECONDS: Final = 20.0
_MOST: Final = 2
_TEST: Final = "_test_"

_KINDS: Final = {
    "pi_": ("payment_intents", "payment intent"),
    "ch_": ("charges", "charge"),
    "py_": ("charges", "charge"),
    "re_": ("refunds", "refund"),
    "pyr_": ("refunds", "refund"),
    "cs_": ("checkout/sessions", "checkout session"),
    "in_": ("invoices", "invoice"),
    "sub_": ("subscriptions", "subscription"),
    "evt_": ("events", "event"),
}
"""What Stripe's ids begin with → the path of such objects, and what they are called."""

_AMOUNTS: Final = ("amount_received", "amount_paid", "amount_total", "amount")
_STATUS: Final = ("payment_status", "status")


def is_stripes(each: str) -> bool:
    """Return whether an id looks like one of Stripe's."""
    return each.startswith(tuple(_KINDS))


async def ask_stripe(
    api: StripeApi, key: Secret, ids: Sequence[str], account: str | None
) -> Statement | None:
    """Return what Stripe says of the first ids that are its own; None where none is.

    Args:
        api: Stripe's API.
        key: A restricted key that may read the objects.
        ids: What is asked about, the surest first.
        account: The connected account they belong to; None for the key's own.
    """
    own = [each for each in ids if is_stripes(each)][:_MOST]
    if not own:
        return None
    said, named, repair = [], list[str](), None
    for each in own:
        path, name = next(kind for start, kind in _KINDS.items() if each.startswith(start))
        access = Access(key, account, _TEST not in key.reveal(), give_up_at(_SECONDS))
        try:
            raw = await api.get(f"/v1/{path}/{each}", access)
            fields = read(raw, dict[str, Any])
        except (GoneError, UnusableError):
            said.append(f"Stripe knows no {name} {each} with this key.")
            continue
        except ConnectorError as error:
            said.append(f"Stripe could not be asked about {each}: {error}.")
            continue
        said.append(f"Stripe says: {name} {each} {_described(fields)}.")
        named += [each, *filter(is_stripes, object_ids(msgspec.Raw(raw)))]
        repair = repair or _repair(fields)
    return Statement(tuple(said), bool(named), tuple(dict.fromkeys(named)), repair=repair)


def _described(fields: dict[str, Any]) -> str:
    """Return an object's status, money and time in words."""
    status = next((found for name in _STATUS if (found := fields.get(name))), None)
    parts = [f"is {status}" if isinstance(status, str) else "exists"]
    if isinstance(fields.get("type"), str) and fields.get("object") == "event":
        parts = [f"is {fields['type']}"]
        waiting = fields.get("pending_webhooks")
        if isinstance(waiting, int) and waiting > 0:
            parts.append(f"{waiting} of its deliveries are not answered with success yet")
    amount = next((fields[name] for name in _AMOUNTS if name in fields), None)
    parts += _money(amount, fields.get("currency"), "")
    parts += _money(fields.get("amount_refunded") or None, fields.get("currency"), " refunded")
    if (made := _made_at(fields)) is not None:
        parts.append(f"made {made:%Y-%m-%d %H:%M:%S} UTC")
    if fields.get("livemode") is False:
        parts.append("in test mode")
    return ", ".join(parts)


def _money(amount: object, currency: object, word: str) -> list[str]:
    if not isinstance(amount, int) or not isinstance(currency, str):
        return []
    try:
        code = currency_code(currency, "currency")
        return [f"{major_units(amount, code, 'amount'):f} {code}{word}"]
    except UnusableError:
        return []


def _made_at(fields: dict[str, Any]) -> datetime | None:
    created = fields.get("created")
    try:
        return datetime.fromtimestamp(created, UTC) if isinstance(created, int) else None
    except (OverflowError, ValueError, OSError):
        return None


def _repair(fields: dict[str, Any]) -> str | None:
    made = _made_at(fields)
    if made is None:
        return None
    return (
        "The store has nothing of it: is the webhook's endpoint right? `connectors reconcile stripe"
        f" --from {made:%Y-%m-%d} --repair` sends what is missing of the last 30 days."
    )
