"""Which events go to Google Ads too, and with what of the ad's click.

Only a purchase does. It needs what Google Ads can match it by: the ad's click, where the person
granted `ad_storage`, or user data, where the person granted `ad_user_data`
(https://developers.google.com/data-manager/api/devguides/events/send-events). Refunds would be
adjustments of a conversion, for which the API documents no way.

Whether a click id changes anything in GA4 is not documented. It leaves for Google Ads only.
"""

from collections.abc import Mapping
from typing import Any, Final

from shared.data_manager.event import AdIdentifiers
from shared.domain.notes import Notes
from shared.domain.streams import ClickIds
from shared.ga4.limits import ADS_TRANSACTION_ID_LENGTH

CONVERSION: Final = "purchase"
"""The event that is a conversion for Google Ads."""

_CLICKS: Final = ("gclid", "gbraid", "wbraid")
_LANDING: Final = ("gad_source", "gad_campaignid")


def can_be_matched(
    params: Mapping[str, Any], clicks: AdIdentifiers | None, *, known_person: bool, notes: Notes
) -> bool:
    """Return whether Google Ads can take a purchase and match it.

    Args:
        params: The event's parameters.
        clicks: The ad's click, kept because `ad_storage` was granted.
        known_person: Whether there is user data, and `ad_user_data` was granted.
        notes: Says why a purchase goes to GA4 alone although it could be matched.
    """
    if clicks is None and not known_person:
        return False
    order = params.get("transaction_id")
    if isinstance(order, str) and len(order) > ADS_TRANSACTION_ID_LENGTH:
        most = f"at most {ADS_TRANSACTION_ID_LENGTH} characters"
        notes.add("transaction_id", f"not sent to Google Ads, which takes {most}")
        return False
    return True


def clicks_of(click_ids: ClickIds | None, notes: Notes) -> AdIdentifiers | None:
    """Return the ad's click as the API writes it; None where none is known.

    Args:
        click_ids: As the context knows them.
        notes: What is left out is named there. How Google writes `gad_*` into
            `sessionAttributes` is not documented for this API.
    """
    if click_ids is None:
        return None
    for name in _LANDING:
        if getattr(click_ids, name):
            notes.add(f"click_ids.{name}", "left out: the API's form for it is not documented")
    found = {name: text for name in _CLICKS if (text := getattr(click_ids, name))}
    return AdIdentifiers(**found) if found else None
