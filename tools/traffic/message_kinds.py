"""The kinds of messages: billing events, leads, sales at a till, orders to enrich, captures."""

import json
from collections.abc import Mapping
from typing import Final

from tools.traffic import messages
from tools.traffic.facts import Facts, Kind, Make, rfc3339
from tools.traffic.request import Json, Request, push_body

_JSON: Final = {"content-type": "application/json"}


def _standard(facts: Facts) -> Request:
    event = messages.billing_event(
        event_id=f"bev_{facts.order}",
        transaction_id=f"ORDER-{facts.order}",
        customer_id=f"cust_{facts.order}",
        **_paid(facts),
        **_usual(facts),
    )
    return Request("standard", json.dumps(event).encode(), _JSON)


def _renewal(facts: Facts) -> Request:
    return _pushed(
        messages.renewal(
            event_id=f"bev_r_{facts.order}",
            transaction_id=f"RENEWAL-{facts.order}",
            subscription_id=f"sub_{facts.order}",
            customer_id=f"cust_{facts.order}",
            **_paid(facts),
            **_usual(facts),
        )
    )


def _enrichment(facts: Facts) -> Request:
    price = facts.price
    lines = {} if price is None else {"currency": price.currency, "items": [_item(facts)]}
    return _pushed(
        messages.enrichment(
            event_id=f"oe_{facts.order}",
            transaction_id=f"ORDER-{facts.order}",
            **lines,
            **_usual(facts),
        )
    )


def _lead(facts: Facts) -> Request:
    lead = _usual(facts)
    if facts.price is not None:
        lead |= {"money": {"currency": facts.price.currency, "total": facts.price.text}}
    return _pushed(
        messages.server_event(
            event_id=f"sev_l_{facts.order}", references=[f"LEAD-{facts.order}"], **lead
        )
    )


def _sale(facts: Facts) -> Request:
    usual = {
        "money": {"currency": "EUR", "total": "21.60", "tax": "3.60"},
        "items": [{"item_id": "mug", "price": "9.00", "quantity": 2}],
    }
    return _pushed(
        messages.server_event(
            event_id=f"sev_s_{facts.order}",
            name="purchase",
            transaction_id=f"SALE-{facts.order}",
            params=None,
            references=[],
            **{**usual, **_paid(facts)},
            **_usual(facts),
        )
    )


def _capture(facts: Facts) -> Request:
    """What the page knew, under the references of `stripe.checkout` of the same order."""
    visit = facts.visit
    capture: Json = {
        "references": [f"cs_test_a1{facts.order}", f"ORDER-{facts.order}"],
        "captured_at": facts.now,
        **({"consent": choices} if (choices := _consent(facts)) else {}),
    }
    if visit.client_id is not None:
        capture["cookies"] = {"_ga": f"GA1.1.{visit.client_id}"}
        if visit.session_id is not None:
            capture |= {"session_id": visit.session_id, "session_number": 3}
    return Request("capture", json.dumps(capture).encode(), _JSON)


def _paid(facts: Facts) -> Json:
    """The money and the items of another price than the usual one."""
    if facts.price is None:
        return {}
    money = {"currency": facts.price.currency, "total": facts.price.text}
    return {"money": money, "items": [_item(facts)]}


def _item(facts: Facts) -> Json:
    price = {} if facts.price is None else {"price": facts.price.text}
    return {"item_id": "mug", "item_name": "Mug", "quantity": 1, **price}


def _usual(facts: Facts) -> Json:
    """What every message has: its time, and the browser and the consent where they are known."""
    visit = facts.visit
    browser: Json = {}
    if visit.client_id is not None:
        browser["client_id"] = visit.client_id
        if visit.session_id is not None:
            browser |= {"session_id": int(visit.session_id), "session_number": 3}
    if choices := _consent(facts):
        browser["consent"] = choices
    return {
        "occurred_at": rfc3339(facts.now - 5),
        **({"analytics": browser} if browser else {}),
    }


def _consent(facts: Facts) -> Json:
    mark = "ga_consent_"
    return {
        name.removeprefix(mark): answer
        for name, answer in facts.visit.metadata.items()
        if name.startswith(mark)
    }


def _pushed(message: Json) -> Request:
    data = json.dumps(message).encode()
    published_at, message_id = message["occurred_at"], message["event_id"]
    body = push_body(data, published_at=published_at, message_id=message_id)
    return Request("pubsub", body, _JSON)


def _kind(function: str, make: Make, becomes: str, *after: str) -> Kind:
    return Kind(function, make, becomes, after)


MESSAGE_KINDS: Final[Mapping[str, Kind]] = {
    "standard.purchase": _kind("payment_webhook", _standard, "purchase, one_time"),
    "renewal": _kind("subscription_renewal", _renewal, "purchase, subscription_renewal"),
    "enrichment": _kind("data_enrichment", _enrichment, "purchase_enriched"),
    "lead": _kind("offline_event", _lead, "generate_lead"),
    "sale": _kind("offline_event", _sale, "purchase, offline"),
    "capture": Kind("context_capture", _capture, "nothing: it is kept", has_price=False),
}
"""By name."""
