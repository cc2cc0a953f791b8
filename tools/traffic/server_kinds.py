"""The kinds that no payment provider sends: leads, sales at a till, orders to enrich, captures."""

import json
from collections.abc import Mapping
from typing import Final

from tools.traffic import messages
from tools.traffic.facts import Facts, Kind, Make
from tools.traffic.message_parts import (
    consent_choices,
    priced_fields,
    priced_item,
    pushed_message,
    usual_fields,
)
from tools.traffic.request import Json, Request


def _lead(name: str) -> Make:
    """A stage of a lead; a price is what the lead is worth."""

    def make(facts: Facts) -> Request:
        money: Json = {
            name: value for name, value in priced_fields(facts).items() if name == "money"
        }
        lead = messages.server_event(
            event_id=f"sev_{name}_{facts.order}",
            name=name,
            references=[f"LEAD-{facts.order}"],
            **money,
            **usual_fields(facts),
        )
        return pushed_message(lead, facts)

    return make


def _sale(facts: Facts, **fields: object) -> Request:
    usual = {
        "event_id": f"sev_s_{facts.order}",
        "name": "purchase",
        "transaction_id": f"SALE-{facts.order}",
        "money": {"currency": "EUR", "total": "21.60", "tax": "3.60"},
        "items": [{"item_id": "mug", "price": "9.00", "quantity": 2}],
        "params": None,
        "references": [],
    }
    sale = {**usual, **priced_fields(facts), **usual_fields(facts), **fields}
    return pushed_message(messages.server_event(**sale), facts)


def _sale_refund(facts: Facts) -> Request:
    return _sale(facts, event_id=f"sev_r_{facts.order}", name="refund")


def _kiosk(facts: Facts) -> Request:
    """A sale at a device: no browser is known, but the buyer may have answered there."""
    choices = consent_choices(facts)
    sale = messages.kiosk_sale(
        event_id=f"sev_k_{facts.order}",
        transaction_id=f"KIOSK-{facts.order}",
        **{**usual_fields(facts), "analytics": {"consent": choices} if choices else None},
        **priced_fields(facts),
    )
    return pushed_message(sale, facts)


def _enrichment(facts: Facts) -> Request:
    price = facts.price
    lines = {} if price is None else {"currency": price.currency, "items": [priced_item(facts)]}
    order = messages.enrichment(
        event_id=f"oe_{facts.order}",
        transaction_id=f"ORDER-{facts.order}",
        **lines,
        **usual_fields(facts),
    )
    return pushed_message(order, facts)


def _capture(facts: Facts) -> Request:
    """What the page knew, under the references of `stripe.checkout` of the same order."""
    return capture_of(facts, f"cs_test_a1{facts.order}", f"ORDER-{facts.order}")


def capture_of(facts: Facts, *references: str) -> Request:
    """What the page knew, under some references."""
    visit = facts.visit
    capture: Json = {
        "references": list(references),
        "captured_at": facts.now,
        **({"consent": choices} if (choices := consent_choices(facts)) else {}),
    }
    if visit.client_id is not None:
        capture["cookies"] = {"_ga": f"GA1.1.{visit.client_id}"}
        if visit.session_id is not None:
            capture |= {"session_id": visit.session_id, "session_number": 3}
    body = json.dumps(capture).encode()
    return Request("capture", body, {"content-type": "application/json"})


def _offline(make: Make, becomes: str, *after: str) -> Kind:
    return Kind("offline_event", make, becomes, after)


SERVER_KINDS: Final[Mapping[str, Kind]] = {
    "enrichment": Kind("data_enrichment", _enrichment, "purchase_enriched"),
    "lead": _offline(_lead("generate_lead"), "generate_lead"),
    "lead.qualified": _offline(_lead("qualify_lead"), "qualify_lead"),
    "lead.closed": _offline(_lead("close_convert_lead"), "close_convert_lead"),
    "sale": _offline(_sale, "purchase, offline"),
    "sale.refund": _offline(_sale_refund, "refund", "sale"),
    "kiosk": _offline(_kiosk, "purchase, offline"),
    "capture": Kind("context_capture", _capture, "nothing: it is kept", has_price=False),
}
"""By name."""
