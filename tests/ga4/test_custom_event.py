"""Events of another name than Google's: what they carry beside a purchase's."""

import json
from decimal import Decimal
from typing import Any

from shared.attribution.attribute import attribute, generated_client_id
from shared.attribution.policy import Policy, Unattributed
from shared.domain.attributed import AttributedConversion, State, Withheld
from shared.domain.conversion import Conversion, Kind
from shared.domain.item import Item
from shared.domain.param import DecimalParam
from shared.domain.records import decode, encode
from shared.ga4 import payload
from shared.ga4.event import to_request
from tests.support.builders import IN_SESSION, MEASUREMENT_ID, NOBODY, NOW, purchase
from tools.changed import replace

WITHHOLD = Policy(unattributed=Unattributed.WITHHOLD)
LEAD = replace(
    purchase(kind=Kind.CUSTOM, context=NOBODY, customer_ref=None),
    renamed="qualify_lead",
    purchase_type=None,
    params={"score": DecimalParam(Decimal("7.50")), "stage": "2"},
    items=(Item(Decimal(1), Decimal(1), "a", params={"item_brand": "B", "weight": 3}),),
    user_properties={"segment": "gold", "lifetime_value": DecimalParam(Decimal("1200.00"))},
)


def sent(conversion: Conversion) -> Any:  # noqa: ANN401 - JSON
    """Return the request as JSON."""
    found = attribute(conversion, Policy(), NOW, stream_id=MEASUREMENT_ID)
    assert isinstance(found, AttributedConversion)
    request = to_request(found, mp_source="offline_event")
    return json.loads(payload.encode(payload.as_json(request)), parse_float=Decimal)


def test_a_custom_event_carries_items_figures_and_user_properties() -> None:
    """Figures are JSON numbers, and item parameters stand beside the others."""
    body = sent(LEAD)
    (event,) = body["events"]

    assert event["name"] == "qualify_lead"
    assert event["params"]["score"] == Decimal("7.5")
    assert event["params"]["items"] == [
        {"item_id": "a", "price": 1, "quantity": 1, "item_brand": "B", "weight": 3}
    ]
    assert body["user_properties"] == {
        "segment": {"value": "gold"},
        "lifetime_value": {"value": 1200},
    }


def test_a_record_tells_a_figure_from_text() -> None:
    """A replayed event is the event it was."""
    assert decode(encode(LEAD)) == LEAD


def test_a_device_is_its_own_client_even_where_unknown_clients_are_withheld() -> None:
    """It will never have another one."""
    found = attribute(replace(LEAD, device_id="kiosk-7"), WITHHOLD, NOW, stream_id=MEASUREMENT_ID)

    assert isinstance(found, AttributedConversion)
    assert found.state is State.GENERATED
    assert found.client_id == generated_client_id(MEASUREMENT_ID, "device:kiosk-7")
    assert isinstance(attribute(LEAD, WITHHOLD, NOW, stream_id=MEASUREMENT_ID), Withheld)


def test_a_customer_at_a_device_is_the_customer() -> None:
    """A person at two kiosks is one user."""
    found = attribute(
        replace(LEAD, device_id="kiosk-7", customer_ref="c1"),
        WITHHOLD,
        NOW,
        stream_id=MEASUREMENT_ID,
    )

    assert isinstance(found, AttributedConversion)
    assert found.client_id == generated_client_id(MEASUREMENT_ID, "c1")


def test_an_attended_event_joins_its_session_and_another_does_not() -> None:
    """A call closed while the page is open is of that visit; a note in a CRM is not."""
    there = sent(replace(LEAD, context=IN_SESSION, attended=True))["events"][0]["params"]
    away = sent(replace(LEAD, context=IN_SESSION))["events"][0]["params"]

    assert there["mp_attribution"] == "session"
    assert away["mp_attribution"] == "client"
