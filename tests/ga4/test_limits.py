"""The constants agree with the facts compiled from Google's pages."""

from typing import Any

import pytest

from shared.ga4 import limits

_LIMITS = {
    "body_bytes_max_exclusive": limits.BODY_BYTES,
    "events_per_request": limits.EVENTS_PER_REQUEST,
    "params_per_event": limits.PARAMS_PER_EVENT,
    "user_properties_per_request": limits.USER_PROPERTIES_PER_REQUEST,
    "event_name_length": limits.EVENT_NAME_LENGTH,
    "param_name_length": limits.PARAM_NAME_LENGTH,
    "param_value_length": limits.PARAM_VALUE_LENGTH,
    "user_property_name_length": limits.USER_PROPERTY_NAME_LENGTH,
    "user_property_value_length": limits.USER_PROPERTY_VALUE_LENGTH,
    "user_id_length": limits.USER_ID_LENGTH,
    "items_per_event": limits.ITEMS_PER_EVENT,
    "item_custom_params": limits.ITEM_CUSTOM_PARAMS_ADVISED,
    "user_data_emails_max": limits.USER_DATA_EMAILS,
    "user_data_phones_max": limits.USER_DATA_PHONES,
    "user_data_addresses_max": limits.USER_DATA_ADDRESSES,
    "google_ads_transaction_id_length": limits.ADS_TRANSACTION_ID_LENGTH,
}


@pytest.mark.parametrize("name", _LIMITS)
def test_limits(facts: dict[str, Any], name: str) -> None:
    """Every limit has Google's value."""
    assert facts["limits"][name]["value"] == _LIMITS[name]


def test_second_values(facts: dict[str, Any]) -> None:
    """So have the limits that have more than one value."""
    assert facts["limits"]["param_value_length"]["value_360"] == limits.PARAM_VALUE_LENGTH_360
    assert facts["limits"]["param_value_length"]["exceptions"] == limits.LONGER_PARAM_VALUES
    assert facts["limits"]["item_custom_params"]["alternative"] == limits.ITEM_CUSTOM_PARAMS


def test_times(facts: dict[str, Any]) -> None:
    """Hours are the same in microseconds and seconds."""
    hour = 3600 * 1_000_000

    assert facts["limits"]["backdate_hours"]["value"] * hour == limits.BACKDATING_MICROS
    assert facts["limits"]["join_hours"]["value"] * hour == limits.JOINING_MICROS
    assert facts["windows"]["session_attribution"]["request_deadline"] == "session start + 24 h"
    assert limits.SESSION_JOINING_SECONDS == 24 * 3600


def test_reserved_names(facts: dict[str, Any]) -> None:
    """Every reserved name and prefix is known, and no other."""
    reserved = facts["reserved"]

    assert set(reserved["event_names"]["documented"]) == limits.RESERVED_EVENTS
    assert set(reserved["event_names"]["app_stream_only"]) == limits.APP_ONLY_EVENTS
    assert set(reserved["event_names"]["help_web"]) == limits.COLLECTED_EVENTS
    assert set(reserved["param_names"]["documented"]) == limits.RESERVED_PARAMS
    assert reserved["param_prefixes"]["documented"] == list(limits.RESERVED_PARAM_PREFIXES)
    assert set(reserved["param_prefixes"]["exempt"]) == limits.UNRESERVED_PARAMS
    assert set(reserved["user_property_names"]["documented"]) == limits.RESERVED_USER_PROPERTIES
    assert set(reserved["user_property_names"]["help"]) == limits.COLLECTED_USER_PROPERTIES
    assert reserved["user_property_prefixes"]["documented"] == list(
        limits.RESERVED_USER_PROPERTY_PREFIXES
    )


@pytest.mark.parametrize("name", ["event_name", "param_name", "user_property_name"])
def test_name_pattern(facts: dict[str, Any], name: str) -> None:
    """All names have one pattern."""
    assert facts["name_patterns"][name]["pattern"] == f"^{limits.NAME.pattern}$"


def test_identifier_patterns(facts: dict[str, Any]) -> None:
    """Identifiers and currencies have the facts' patterns."""
    fields = facts["payload"]["top_level"]

    assert fields["client_id"]["recommended_pattern"] == f"^{limits.CLIENT_ID.pattern}$"
    assert fields["app_instance_id"]["pattern"] == f"^{limits.APP_INSTANCE_ID.pattern}$"
    assert facts["currencies"]["pattern"] == f"^{limits.CURRENCY.pattern}$"
    assert set(facts["common_event_params"]) >= limits.UNLIMITED_PARAMS
