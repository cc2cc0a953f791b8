"""Who an event is about, as far as the person allowed: consent and user data.

Sources: https://developers.google.com/data-manager/api/devguides/concepts/formatting and the
field descriptions of Google's client: an address needs both names, the postal code and the
country, or the whole request fails.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from shared.data_manager.event import (
    AddressInfo,
    Consent,
    ConsentStatus,
    UserData,
    UserIdentifier,
)
from shared.domain.notes import Notes
from shared.domain.user_data import UserData as Provided

_STATUS: Final[Mapping[str, ConsentStatus]] = {
    "GRANTED": "CONSENT_GRANTED",
    "DENIED": "CONSENT_DENIED",
}
_ADDRESS: Final = {
    "sha256_first_name": "given_name",
    "sha256_last_name": "family_name",
    "country": "region_code",
    "postal_code": "postal_code",
    "sha256_street": "address_line",
    "city": "city",
    "region": "administrative_area",
}
_NEEDED: Final = ("given_name", "family_name", "region_code", "postal_code")


def consent_of(document: Mapping[str, Any]) -> Consent | None:
    """Return the person's two answers as the API writes them; None where neither is known.

    Args:
        document: The Measurement Protocol's request. Its deprecated `non_personalized_ads` counts
            where `ad_personalization` is not answered.
    """
    answers = document.get("consent") or {}
    personal = answers.get("ad_personalization")
    if personal is None and document.get("non_personalized_ads") is True:
        personal = "DENIED"
    consent = Consent(
        ad_user_data=_STATUS.get(str(answers.get("ad_user_data"))),
        ad_personalization=_STATUS.get(str(personal)),
    )
    return None if consent == Consent() else consent


def user_data_of(
    document: Mapping[str, Any], provided: Provided | None, notes: Notes
) -> UserData | None:
    """Return what the user provided; None where nothing was, or nothing may leave.

    Args:
        document: The Measurement Protocol's request.
        provided: The same person as the context knows it, with this API's hashes; else what the
            request holds counts.
        notes: What is left out is named there.
    """
    raw = document.get("user_data")
    if not raw:
        return None
    if provided is not None:
        raw = msgspec.to_builtins(provided.for_data_manager)
    notes = notes.under("user_data")
    identifiers = [
        UserIdentifier(email_address=each) for each in _texts(raw, "sha256_email_address")
    ]
    identifiers += [
        UserIdentifier(phone_number=each) for each in _texts(raw, "sha256_phone_number")
    ]
    for at, entry in enumerate(_several(raw.get("address"))):
        address = _address(entry, notes.under(f"address[{at}]"))
        if address is not None:
            identifiers.append(UserIdentifier(address=address))
    return UserData(user_identifiers=identifiers) if identifiers else None


def _address(raw: Mapping[str, Any], notes: Notes) -> AddressInfo | None:
    parts = {_ADDRESS[name]: text for name, text in raw.items() if text and name in _ADDRESS}
    if any(name not in parts for name in _NEEDED):
        notes.add("", "left out: the API needs both names, the postal code and the country")
        return None
    return AddressInfo(**{**parts, "region_code": parts["region_code"].upper()})


def _texts(raw: Mapping[str, Any], name: str) -> Iterable[str]:
    return (each for each in _several(raw.get(name)) if isinstance(each, str) and each)


def _several(given: object) -> list[Any]:
    if given is None:
        return []
    return list(given) if isinstance(given, list | tuple) else [given]
