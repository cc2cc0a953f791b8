"""The rules of a request's destinations, and which of them an event goes to.

Sources: https://developers.google.com/data-manager/api/devguides/concepts/destinations and
https://developers.google.com/data-manager/api/devguides/events/send-events
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from tools.data_manager.violations import Violation, missing, not_an_enum

ANALYTICS: Final = "GOOGLE_ANALYTICS_PROPERTY"
ADS: Final = "GOOGLE_ADS"
MOST_DESTINATIONS: Final = 10

_FIELD: Final = "destinations.destinations"
_ACCOUNT_ID: Final = re.compile(r"[1-9][0-9]*")
_WEB_STREAM: Final = re.compile(r"G-[A-Z0-9]+")
_APP_STREAM: Final = re.compile(r"1:[0-9]+:(android|ios):[0-9a-f]+")


@dataclass(frozen=True)
class Destination:
    """Where events go.

    Attributes:
        reference: Its name within the request; empty where it has none.
        account_type: What it is an account of, e.g. `GOOGLE_ADS`.
        account_id: The property's, or the customer's id.
        product_id: The measurement id, or the conversion action's.
        document: As it was sent.
    """

    reference: str
    account_type: str
    account_id: str
    product_id: str
    document: Mapping[str, Any]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Read one of a request's `destinations`."""
        account = document.get("operatingAccount", {})
        return cls(
            reference=document.get("reference", ""),
            account_type=_type_of(account),
            account_id=account.get("accountId", ""),
            product_id=document.get("productDestinationId", ""),
            document=document,
        )

    @property
    def is_analytics(self) -> bool:
        """Whether it is a property of Google Analytics."""
        return self.account_type == ANALYTICS

    @property
    def is_app(self) -> bool:
        """Whether it is an app's stream."""
        return self.is_analytics and not self.product_id.startswith("G-")


def check_destinations(request: Mapping[str, Any]) -> Iterator[Violation]:
    """Yield what is wrong with the destinations of a request."""
    documents = request.get("destinations", ())
    if not documents:
        yield missing(_FIELD)
    if len(documents) > MOST_DESTINATIONS:
        text = "Maximum number of destinations allowed per request is 10."
        yield Violation(_FIELD, text, "TOO_MANY_DESTINATIONS")
    seen: set[str] = set()
    for number, document in enumerate(documents):
        path = f"{_FIELD}[{number}]"
        reference = document.get("reference", "")
        if reference and reference in seen:
            text = "Two or more destinations in the request have the same reference."
            yield Violation(f"{path}.reference", text, "DUPLICATE_DESTINATION_REFERENCE")
        seen.add(reference)
        yield from _check_accounts(document, path)


def chosen(event: Mapping[str, Any], destinations: Sequence[Destination]) -> list[Destination]:
    """Return the destinations that an event goes to: those it names, or else all."""
    names = event.get("destinationReferences", ())
    return [each for each in destinations if not names or each.reference in names]


def _type_of(account: Mapping[str, Any]) -> str:
    given = account.get("accountType", "ACCOUNT_TYPE_UNSPECIFIED")
    if given == "ACCOUNT_TYPE_UNSPECIFIED":
        given = account.get("product", "PRODUCT_UNSPECIFIED")
    return "" if str(given).endswith("_UNSPECIFIED") else str(given)


def _check_accounts(document: Mapping[str, Any], path: str) -> Iterator[Violation]:
    account = document.get("operatingAccount")
    if account is None:
        yield missing(f"{path}.operating_account")
        return
    yield from _check_account(account, f"{path}.operating_account")
    login = document.get("loginAccount")
    if login is not None:
        yield from _check_account(login, f"{path}.login_account")
    if "linkedAccount" in document and _type_of(login or {}) != "DATA_PARTNER":
        text = "Linked account is only supported when the login account is a DATA_PARTNER account."
        reason = "LINKED_ACCOUNT_ONLY_ALLOWED_WITH_DATA_PARTNER_LOGIN_ACCOUNT"
        yield Violation(f"{path}.linked_account", text, reason)
    product = document.get("productDestinationId", "")
    place = f"{path}.product_destination_id"
    if not product:
        yield missing(place)
    elif _type_of(account) == ANALYTICS:
        if not _WEB_STREAM.fullmatch(product) and not _APP_STREAM.fullmatch(product):
            yield Violation(place, "This Destination is not valid.", "INVALID_DESTINATION")
        is_other = login is not None and login.get("accountId") != account.get("accountId")
        if is_other and _type_of(login or {}) == ANALYTICS:
            text = "The login account must be the same as the operating account."
            reason = "OPERATING_ACCOUNT_LOGIN_ACCOUNT_MISMATCH"
            yield Violation(f"{path}.login_account", text, reason)
    elif _type_of(account) == ADS and not _ACCOUNT_ID.fullmatch(product):
        text = "Conversion action ID is not valid."
        yield Violation(place, text, "INVALID_CONVERSION_ACTION_ID")


def _check_account(account: Mapping[str, Any], path: str) -> Iterator[Violation]:
    kind = _type_of(account)
    if not kind:
        yield missing(f"{path}.account_type")
    elif kind.isdigit():
        yield not_an_enum(f"{path}.account_type")
    number = account.get("accountId", "")
    if not number:
        yield missing(f"{path}.account_id")
    elif kind in (ANALYTICS, ADS) and not _ACCOUNT_ID.fullmatch(number):
        yield Violation(
            f"{path}.account_id", "This Destination is not valid.", "INVALID_DESTINATION"
        )
