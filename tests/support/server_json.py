"""Server events and enrichment orders of the tests' browser and time."""

from typing import Any

from tests.support.billing_json import IN_SESSION
from tests.support.builders import CLIENT_ID
from tools.traffic import messages
from tools.traffic.request import Json


def server_event(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a lead in the session; `fields` differ."""
    return messages.server_event(**{**IN_SESSION, **fields})


def kiosk_sale(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a sale at a kiosk, whose buyer nobody knows; `fields` differ."""
    return messages.kiosk_sale(**{"occurred_at": IN_SESSION["occurred_at"], **fields})


def enrichment(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return an order of the browser's that is to be enriched; `fields` differ."""
    usual = {"occurred_at": IN_SESSION["occurred_at"], "analytics": {"client_id": CLIENT_ID}}
    return messages.enrichment(**{**usual, **fields})
