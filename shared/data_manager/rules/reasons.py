"""What the API calls its faults and warnings, and the pages that state its rules."""

from enum import StrEnum


class Reason(StrEnum):
    """Those of `google.ads.datamanager.v1.ErrorReason` that our rules find, and one of ours."""

    BOTH_IDS = "BOTH_CLIENT_ID_AND_APP_INSTANCE_ID_NOT_ALLOWED"
    EVENT_SOURCE_MISMATCH = "EVENT_SOURCE_AND_DESTINATION_MISMATCH"
    EVENT_TIME_INVALID = "EVENT_TIME_INVALID"
    FIELD_VALUE_TOO_LONG = "FIELD_VALUE_TOO_LONG"
    INVALID_CONTINENT_CODE = "INVALID_CONTINENT_CODE"
    INVALID_CURRENCY_CODE = "INVALID_CURRENCY_CODE"
    INVALID_EVENT_NAME = "INVALID_EVENT_NAME"
    INVALID_FORMAT = "INVALID_FORMAT"
    INVALID_NUMBER_FORMAT = "INVALID_NUMBER_FORMAT"
    INVALID_POSTAL_CODE = "INVALID_POSTAL_CODE"
    INVALID_REGION_CODE = "INVALID_REGION_CODE"
    INVALID_SHA256_FORMAT = "INVALID_SHA256_FORMAT"
    INVALID_SUBCONTINENT_CODE = "INVALID_SUBCONTINENT_CODE"
    INVALID_SUBDIVISION_CODE = "INVALID_SUBDIVISION_CODE"
    NO_IDENTIFIERS = "NO_IDENTIFIERS_PROVIDED"
    NOT_CARRIED = "NOT_CARRIED"
    """Ours: what the API has no place for, or only another one."""

    REQUIRED_FIELD_MISSING = "REQUIRED_FIELD_MISSING"
    RESERVED_NAME_USED = "RESERVED_NAME_USED"
    TOO_FEW_ELEMENTS = "TOO_FEW_ELEMENTS"
    TOO_MANY_ELEMENTS = "TOO_MANY_ELEMENTS"
    TOO_MANY_USER_IDENTIFIERS = "TOO_MANY_USER_IDENTIFIERS"


_GUIDES = "https://developers.google.com/data-manager/api/devguides"
_REFERENCE = "https://developers.google.com/data-manager/api/reference/rest/v1"

ERRORS = f"{_GUIDES}/concepts/understand-errors"
EVENT = f"{_REFERENCE}/events/ingest"
FIELD_MAPPINGS = f"{_GUIDES}/events/analytics/measurement-protocol/upgrade/field-mappings"
FORMATTING = f"{_GUIDES}/concepts/formatting"
LIMITS = f"{_GUIDES}/limits"
REASONS = f"{_REFERENCE}/ErrorReason"
SEND_EVENTS = f"{_GUIDES}/events/send-events"
