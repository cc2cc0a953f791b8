"""What Google says became of a request that it took: the answer of `requestStatus:retrieve`, read.

Source: the discovery document of the API, revision 20261106, and
https://developers.google.com/data-manager/api/devguides/diagnostics. Names of enums are open: a new
one comes through as it is.
"""

from collections.abc import Sequence
from typing import Annotated, Final

import msgspec

from shared.data_manager.event import ADS, GA4

PROCESSING: Final = "PROCESSING"
SUCCESS: Final = "SUCCESS"
PARTIAL_SUCCESS: Final = "PARTIAL_SUCCESS"
FAILED: Final = "FAILED"

_ANALYTICS: Final = "GOOGLE_ANALYTICS_PROPERTY"
_GOOGLE_ADS: Final = "GOOGLE_ADS"
_MOST_EVENTS: Final = 10_000

# A name of Google's and no text: only such a word may stand in a log or in the ledger.
_Word = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_]{0,120}$")]
_Count = Annotated[int, msgspec.Meta(ge=0)]


class UnreadableStatusError(Exception):
    """The answer is not what the API describes; the text names the place, and no value."""


class Counted(msgspec.Struct, frozen=True):
    """An error or a warning of some of a request's events.

    Attributes:
        reason: Google's name of it.
        count: How many events have it.
        indices: Which; empty where Google only counts them.
    """

    reason: str
    count: int
    indices: frozenset[int]


class DestinationStatus(msgspec.Struct, frozen=True):
    """How a request stands at one destination.

    Attributes:
        status: Google's name of it; empty where it says none.
        errors: Why events failed.
        warnings: What was not as it should be with events that did not fail for it.
    """

    status: str
    errors: Sequence[Counted] = ()
    warnings: Sequence[Counted] = ()


class RequestStatus(msgspec.Struct, frozen=True):
    """How a request stands.

    Attributes:
        ga4: At GA4; None where the answer says nothing of it.
        ads: At Google Ads, where its events went there too.
    """

    ga4: DestinationStatus | None
    ads: DestinationStatus | None = None


class _Answered(msgspec.Struct, frozen=True, rename="camel"):
    """Whatever else an answer holds is of other kinds of data."""


class _CountJson(_Answered, frozen=True):
    reason: _Word = ""
    record_count: _Count | None = None
    record_indices: Annotated[list[_Count], msgspec.Meta(max_length=_MOST_EVENTS)] | None = None


class _ErrorsJson(_Answered, frozen=True):
    error_counts: list[_CountJson] | None = None


class _WarningsJson(_Answered, frozen=True):
    warning_counts: list[_CountJson] | None = None


class _AccountJson(_Answered, frozen=True):
    account_type: _Word = ""


class _PlaceJson(_Answered, frozen=True):
    reference: str = ""
    operating_account: _AccountJson | None = None


class _DestinationJson(_Answered, frozen=True):
    destination: _PlaceJson | None = None
    request_status: _Word = ""
    error_info: _ErrorsJson | None = None
    warning_info: _WarningsJson | None = None


class _StatusJson(_Answered, frozen=True):
    request_status_per_destination: list[_DestinationJson] | None = None


def read_status(body: bytes) -> RequestStatus:
    """Return what an answer says.

    Args:
        body: Its JSON.

    Raises:
        UnreadableStatusError: It is no JSON, or not of the API's shape.
    """
    try:
        # 64-bit integers come as text.
        answer = msgspec.json.decode(body, type=_StatusJson, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableStatusError(f"unreadable status: {error}") from None
    ga4, ads = None, None
    given = answer.request_status_per_destination or []
    for each in given:
        kind = _kind_of(each, alone=len(given) == 1)
        if kind == GA4:
            ga4 = _standing(each)
        elif kind == ADS:
            ads = _standing(each)
    return RequestStatus(ga4, ads)


def _kind_of(given: _DestinationJson, *, alone: bool) -> str:
    place = given.destination or _PlaceJson()
    kind = place.operating_account and place.operating_account.account_type
    if kind == _ANALYTICS or (not kind and (place.reference == GA4 or alone)):
        return GA4
    if kind == _GOOGLE_ADS or (not kind and place.reference == ADS):
        return ADS
    return ""


def _standing(given: _DestinationJson) -> DestinationStatus:
    errors = given.error_info or _ErrorsJson()
    warnings = given.warning_info or _WarningsJson()
    return DestinationStatus(
        given.request_status, _counted(errors.error_counts), _counted(warnings.warning_counts)
    )


def _counted(given: Sequence[_CountJson] | None) -> tuple[Counted, ...]:
    return tuple(
        Counted(each.reason, max(each.record_count or 0, len(indices)), indices)
        for each in given or ()
        for indices in (frozenset(each.record_indices or ()),)
    )
