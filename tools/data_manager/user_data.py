"""The rules of user data: how many identifiers, and hashes that are hashes.

Sources: https://developers.google.com/data-manager/api/devguides/concepts/formatting and
https://developers.google.com/data-manager/api/reference/rest/v1/UserData
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tools.data_manager.violations import Violation, in_snake, missing

MOST_IDENTIFIERS: Final = 10
_HASH_BYTES: Final = 32
_HEX: Final = re.compile(r"(?:[0-9a-f]{2})+")
_REGION: Final = re.compile(r"[A-Za-z]{2}")
_HASHED: Final = ("givenName", "familyName", "addressLine")
_REQUIRED: Final = ("givenName", "familyName", "regionCode", "postalCode")


def check_user_data(
    user_data: Mapping[str, Any], path: str, request: Mapping[str, Any]
) -> Iterator[Violation]:
    """Yield what is wrong with the user data of an event.

    Args:
        user_data: The event's.
        path: Where it stands.
        request: The whole request: it says how identifiers are encoded.
    """
    identifiers = user_data.get("userIdentifiers", ())
    place = f"{path}.user_identifiers"
    if not identifiers:
        yield missing(place)
    if len(identifiers) > MOST_IDENTIFIERS:
        text = "Maximum number of user identifiers allowed is 10."
        yield Violation(place, text, "TOO_MANY_USER_IDENTIFIERS")
    # What is encrypted cannot be looked into.
    encoding = "" if "encryptionInfo" in request else request.get("encoding", "")
    for number, identifier in enumerate(identifiers):
        where = f"{place}[{number}]"
        if not identifier:
            yield missing(where)
        for name, value in identifier.items():
            field = f"{where}.{in_snake(name)}"
            if name == "address":
                yield from _check_address(value, field, encoding)
            else:
                yield from _check_hash(value, field, encoding)


def _check_address(address: Mapping[str, Any], path: str, encoding: str) -> Iterator[Violation]:
    for name in _REQUIRED:
        if not address.get(name):
            yield missing(f"{path}.{in_snake(name)}")
    for name in _HASHED:
        if address.get(name):
            yield from _check_hash(address[name], f"{path}.{in_snake(name)}", encoding)
    region = address.get("regionCode")
    if region and not _REGION.fullmatch(region):
        text = "The region code is not valid."
        yield Violation(f"{path}.region_code", text, "INVALID_REGION_CODE")


def _check_hash(value: str, path: str, encoding: str) -> Iterator[Violation]:
    raw = b""
    if encoding == "HEX":
        if not _HEX.fullmatch(value):
            text = "The HEX encoded value is malformed."
            yield Violation(path, text, "INVALID_HEX_ENCODING")
            return
        raw = bytes.fromhex(value)
    elif encoding == "BASE64":
        try:
            raw = base64.b64decode(value, validate=True)
        except binascii.Error:
            text = "The base64 encoded value is malformed."
            yield Violation(path, text, "INVALID_BASE64_ENCODING")
            return
    else:
        return
    if len(raw) != _HASH_BYTES:
        yield Violation(path, "The SHA256 encoded value is malformed.", "INVALID_SHA256_FORMAT")
