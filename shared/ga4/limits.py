"""GA4's limits, name patterns and reserved names, each with the page that states it.

Lengths are in characters, sizes in bytes, times in microseconds unless a name says otherwise.
"""

import re
from typing import Final

# "Smaller than 130 kB": https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference
# read as 130,000 bytes, as Google's Event Builder does.
BODY_BYTES: Final = 130_000  # exclusive: a body must stay below

# https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference
EVENTS_PER_REQUEST: Final = 25
USER_PROPERTIES_PER_REQUEST: Final = 25
USER_PROPERTY_NAME_LENGTH: Final = 24
USER_PROPERTY_VALUE_LENGTH: Final = 36

# https://developers.google.com/analytics/devguides/collection/protocol/ga4/sending-events
# Which parameters count is not stated: all of them do here, `items` as one.
PARAMS_PER_EVENT: Final = 25
EVENT_NAME_LENGTH: Final = 40
PARAM_NAME_LENGTH: Final = 40
PARAM_VALUE_LENGTH: Final = 100
PARAM_VALUE_LENGTH_360: Final = 500

# Longer values are taken in these: https://support.google.com/analytics/answer/9267744
LONGER_PARAM_VALUES: Final = {"page_title": 300, "page_referrer": 420, "page_location": 1000}

# Exempt from the length limit, in the form of GTM's built-in variables:
# https://developers.google.com/analytics/devguides/collection/protocol/ga4/sending-events
UNLIMITED_PARAMS: Final = frozenset({"session_id", "session_number"})

# https://support.google.com/analytics/answer/9213390
USER_ID_LENGTH: Final = 256

# https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference/events
ITEMS_PER_EVENT: Final = 200

# Google contradicts itself: 10 (…/protocol/ga4/sending-events, and the validation server), 27
# (…/reference/events and https://support.google.com/analytics/answer/9267744). Above the first is
# advice, above the second an error.
ITEM_CUSTOM_PARAMS_ADVISED: Final = 10
ITEM_CUSTOM_PARAMS: Final = 27

# https://developers.google.com/analytics/devguides/collection/ga4/uid-data
USER_DATA_EMAILS: Final = 3
USER_DATA_PHONES: Final = 3
USER_DATA_ADDRESSES: Final = 2

# https://developers.google.com/analytics/devguides/collection/protocol/ga4/sending-events
BACKDATING_MICROS: Final = 72 * 3600 * 1_000_000
JOINING_MICROS: Final = 48 * 3600 * 1_000_000
# https://developers.google.com/analytics/devguides/collection/protocol/ga4/use-cases
SESSION_JOINING_SECONDS: Final = 24 * 3600

# Google Ads takes no longer ones (its help on transaction IDs); GA4 itself takes 100.
ADS_TRANSACTION_ID_LENGTH: Final = 64

# https://developers.google.com/analytics/devguides/collection/protocol/ga4/sending-events;
# the characters of user property names are those of the Event Builder's schema.
NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# Three letters: https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference/events
# Capitals: the Event Builder. The list of codes is not fully known: the shape alone is checked.
CURRENCY: Final = re.compile(r"[A-Z]{3}")
# Recommended: https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference
CLIENT_ID: Final = re.compile(r"[1-9][0-9]*\.[1-9][0-9]*")
# As the Event Builder checks it.
APP_INSTANCE_ID: Final = re.compile(r"[A-Fa-f0-9]{32}")

# Reserved: https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference#reserved_names
RESERVED_EVENTS: Final = frozenset(
    {
        "ad_activeview",
        "ad_click",
        "ad_exposure",
        "ad_query",
        "ad_reward",
        "adunit_exposure",
        "app_clear_data",
        "app_exception",
        "app_install",
        "app_remove",
        "app_store_refund",
        "app_update",
        "app_upgrade",
        "dynamic_link_app_open",
        "dynamic_link_app_update",
        "dynamic_link_first_open",
        "error",
        "firebase_campaign",
        "firebase_in_app_message_action",
        "firebase_in_app_message_dismiss",
        "firebase_in_app_message_impression",
        "first_open",
        "first_visit",
        "notification_dismiss",
        "notification_foreground",
        "notification_open",
        "notification_receive",
        "notification_send",
        "os_update",
        "session_start",
        "user_engagement",
    }
)
APP_ONLY_EVENTS: Final = frozenset({"ad_impression", "in_app_purchase", "screen_view"})
RESERVED_PARAMS: Final = frozenset({"firebase_conversion"})
RESERVED_PARAM_PREFIXES: Final = ("_", "firebase_", "ga_", "google_", "gtag.")
# Google's own item samples carry it although its prefix is reserved.
UNRESERVED_PARAMS: Final = frozenset({"google_business_vertical"})
RESERVED_USER_PROPERTIES: Final = frozenset(
    {
        "first_open_after_install",
        "first_open_time",
        "first_visit_time",
        "last_deep_link_referrer",
        "user_id",
    }
)
RESERVED_USER_PROPERTY_PREFIXES: Final = ("_", "firebase_", "ga_", "google_")

# Names GA4 collects or keeps for itself: https://support.google.com/analytics/answer/13316687
# Sent by many with success, so they are advice.
COLLECTED_EVENTS: Final = frozenset(
    {
        "ad_impression",
        "app_remove",
        "app_store_refund",
        "app_store_subscription_cancel",
        "app_store_subscription_renew",
        "click",
        "error",
        "file_download",
        "first_open",
        "first_visit",
        "form_start",
        "form_submit",
        "in_app_purchase",
        "page_view",
        "scroll",
        "session_start",
        "user_engagement",
        "video_progress",
        "video_start",
        "view_complete",
        "view_search_results",
    }
)
COLLECTED_USER_PROPERTIES: Final = frozenset(
    {
        "cid",
        "customer_id",
        "customerid",
        "first_open_after_install",
        "first_open_time",
        "first_visit_time",
        "google_allow_ad_personalization_signals",
        "last_advertising_id_reset",
        "last_deep_link_referrer",
        "last_gclid",
        "lifetime_user_engagement",
        "non_personalized_ads",
        "session_id",
        "session_number",
        "sessionid",
        "sfmc_id",
        "sid",
        "uid",
        "user_id",
        "userid",
    }
)
