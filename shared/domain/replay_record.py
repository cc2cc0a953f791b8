"""A conversion with the function that sends it: what the ledger keeps for replay."""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from shared.changed import replace
from shared.domain.consent import Choice, Consent, resolve_consent
from shared.domain.conversion import Conversion
from shared.domain.records import decode, encode
from shared.domain.without_personal_data import conversion_without_personal_data

# Records of earlier versions hold the conversion alone, and only this function made such.
_FIRST: Final = "payment_webhook"


class ReplayRecord(msgspec.Struct, frozen=True):
    """What a replay sends again.

    Attributes:
        conversion: What happened.
        mp_source: Which function sends it.
    """

    conversion: Conversion
    mp_source: str


class _Record(msgspec.Struct, frozen=True):
    conversion: msgspec.Raw
    mp_source: str


_RECORD: Final = msgspec.json.Decoder(_Record)


def encode_replay(record: ReplayRecord) -> bytes:
    """Return what replay needs, without the person's address and hashed data.

    Args:
        record: What is kept.
    """
    # The entry itself has the ids it is found by.
    plain = replace(record.conversion, about=())
    conversion = encode(conversion_without_personal_data(plain))
    return msgspec.json.encode(_Record(msgspec.Raw(conversion), record.mp_source))


def decode_replay(record: bytes) -> ReplayRecord:
    """Return what `encode_replay` wrote, in this version or an earlier one.

    Raises:
        msgspec.DecodeError: The record is of another shape.
    """
    try:
        decoded = _RECORD.decode(record)
    except msgspec.ValidationError:
        return ReplayRecord(decode(record), _FIRST)
    return ReplayRecord(decode(bytes(decoded.conversion)), decoded.mp_source)


def replay_without_identity(
    record: bytes, denied: Consent, is_theirs: Callable[[Sequence[str]], bool]
) -> bytes:
    """Return a record after a denial; as it is where that is another's, or was taken back.

    Args:
        record: What is kept.
        denied: What was denied.
        is_theirs: Tells whether any of some ids is the person's.
    """
    try:
        found = decode_replay(record)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return record
    kept = found.conversion
    ids = (*kept.references, *kept.customer_references, kept.transaction_id or "")
    if not is_theirs(ids):
        return record
    consent = resolve_consent(kept.context.consent, denied)
    if consent.analytics is not Choice.DENIED:
        return record
    reduced = replace(kept, context=replace(kept.context, consent=consent))
    return encode_replay(replace(found, conversion=reduced))
