"""What all messages about one order have in common, and how they are pushed."""

import json
from collections.abc import Mapping
from typing import Final

from tools.traffic.facts import Facts, rfc3339
from tools.traffic.request import Json, Request, push_body

_CONSENT: Final = "ga_consent_"


def usual_fields(facts: Facts) -> Json:
    """Return a message's time, its mark as a test, and what is known of the browser."""
    visit = facts.visit
    browser: Json = {}
    if visit.client_id is not None:
        browser["client_id"] = visit.client_id
        if visit.session_id is not None:
            browser |= {"session_id": int(visit.session_id), "session_number": 3}
    if choices := consent_choices(facts):
        browser["consent"] = choices
    return {
        "occurred_at": rfc3339(facts.now - 5),
        "environment": "test",
        **({"analytics": browser} if browser else {}),
    }


def priced_fields(facts: Facts) -> Json:
    """Return the money and the items of another price than the usual one; else nothing."""
    if facts.price is None:
        return {}
    money = {"currency": facts.price.currency, "total": facts.price.text}
    return {"money": money, "items": [priced_item(facts)]}


def priced_item(facts: Facts) -> Json:
    """Return the one item of another price."""
    price = {} if facts.price is None else {"price": facts.price.text}
    return {"item_id": "mug", "item_name": "Mug", "quantity": 1, **price}


def consent_choices(facts: Facts) -> Json:
    """Return the buyer's answers, by question."""
    return {
        name.removeprefix(_CONSENT): answer
        for name, answer in facts.visit.metadata.items()
        if name.startswith(_CONSENT)
    }


def pushed(
    data: bytes, facts: Facts, message_id: str, attributes: Mapping[str, str] | None = None
) -> Request:
    """Return the push of a message.

    Args:
        data: The message's bytes.
        facts: What it is about.
        message_id: Pub/Sub's id.
        attributes: The message's.
    """
    body = push_body(
        data, published_at=rfc3339(facts.now), message_id=message_id, attributes=attributes
    )
    return Request("pubsub", body, {"content-type": "application/json"})


def pushed_message(message: Json, facts: Facts) -> Request:
    """Return the push of a message of ours."""
    return pushed(json.dumps(message).encode(), facts, message["event_id"])
