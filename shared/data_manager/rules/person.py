"""Rules for user data and the ad's click: hashes, how many, and where they may go."""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from shared.data_manager.event import ADS, AddressInfo, Event, UserIdentifier
from shared.data_manager.place import REGION
from shared.data_manager.rules import reasons
from shared.data_manager.rules.reasons import Reason
from shared.ga4.findings import Finding, error
from shared.ga4.limits import ADS_TRANSACTION_ID_LENGTH
from shared.ga4.rules import sources
from shared.ga4.rules.describe import described
from shared.ga4.rules.value import is_blank, is_text

_MOST_IDENTIFIERS: Final = 10
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_HASH_OF_NOTHING: Final = sha256(b"").hexdigest()
_HASHED: Final = ("given_name", "family_name", "address_line")
_PLAIN: Final = ("postal_code", "city", "administrative_area")


def check_person(event: Event, findings: list[Finding]) -> None:
    """Add what is wrong with an event's user data, and with what it brings to Google Ads."""
    if event.user_data is not None:
        path = "userData.userIdentifiers"
        identifiers = event.user_data.user_identifiers
        if not identifiers:
            message = "at least one identifier: without any, leave userData out"
            findings.append(error(path, Reason.REQUIRED_FIELD_MISSING, message, reasons.FORMATTING))
        if len(identifiers) > _MOST_IDENTIFIERS:
            message = f"at most {_MOST_IDENTIFIERS} identifiers; these are {len(identifiers)}"
            findings.append(error(path, Reason.TOO_MANY_USER_IDENTIFIERS, message, reasons.LIMITS))
        for at, identifier in enumerate(identifiers[:_MOST_IDENTIFIERS]):
            _check_identifier(identifier, f"{path}[{at}]", findings)
    if ADS in event.destination_references:
        _check_conversion(event, findings)


def _check_identifier(identifier: UserIdentifier, path: str, findings: list[Finding]) -> None:
    given = (identifier.email_address, identifier.phone_number, identifier.address)
    if sum(each is not None for each in given) != 1:
        message = "an identifier is an emailAddress, a phoneNumber or an address: one of them"
        findings.append(error(path, Reason.INVALID_FORMAT, message, reasons.FORMATTING))
    if identifier.email_address is not None:
        _check_hash(identifier.email_address, f"{path}.emailAddress", findings)
    if identifier.phone_number is not None:
        _check_hash(identifier.phone_number, f"{path}.phoneNumber", findings)
    if identifier.address is not None:
        _check_address(identifier.address, f"{path}.address", findings)


def _check_address(address: AddressInfo, path: str, findings: list[Finding]) -> None:
    for name, value in _given(address, _HASHED):
        _check_hash(value, f"{path}.{name}", findings)
    if not REGION.fullmatch(address.region_code):
        message = f"an ISO 3166-1 alpha-2 code; this is {described(address.region_code)}"
        place = f"{path}.regionCode"
        findings.append(error(place, Reason.INVALID_REGION_CODE, message, reasons.FORMATTING))
    for name, value in _given(address, _PLAIN):
        if is_blank(value) or not is_text(value):
            message = f"has to be text that is not blank; this is {described(value)}"
            code = Reason.INVALID_POSTAL_CODE if name == "postalCode" else Reason.INVALID_FORMAT
            findings.append(error(f"{path}.{name}", code, message, reasons.FORMATTING))


def _given(address: AddressInfo, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield the parts that are there, by their names on the wire."""
    wire = dict(zip(address.__struct_fields__, address.__struct_encode_fields__, strict=True))
    for name in names:
        if (value := getattr(address, name)) is not None:
            yield wire[name], value


def _check_hash(value: str, path: str, findings: list[Finding]) -> None:
    if not _HASH.fullmatch(value):
        message = f"has to be SHA-256 in 64 small hexadecimal digits; this is {described(value)}"
        findings.append(error(path, Reason.INVALID_SHA256_FORMAT, message, reasons.FORMATTING))
    elif value == _HASH_OF_NOTHING:
        message = "the hash of empty text: leave the field out"
        findings.append(error(path, Reason.INVALID_SHA256_FORMAT, message, reasons.FORMATTING))


def _check_conversion(event: Event, findings: list[Finding]) -> None:
    if event.transaction_id and len(event.transaction_id) > ADS_TRANSACTION_ID_LENGTH:
        message = (
            f"Google Ads takes at most {ADS_TRANSACTION_ID_LENGTH} characters; "
            f"this is {described(event.transaction_id)}"
        )
        findings.append(
            error("transactionId", Reason.FIELD_VALUE_TOO_LONG, message, sources.HELP_GOOGLE_ADS)
        )
    if event.ad_identifiers is None and event.user_data is None:
        message = "Google Ads needs an ad's click or user data to match a conversion by"
        findings.append(error("adIdentifiers", Reason.NO_IDENTIFIERS, message, reasons.SEND_EVENTS))
