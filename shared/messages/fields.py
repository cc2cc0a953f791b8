"""What the messages have in common: the types of their fields, and a `schema` with a version."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import msgspec

from shared.decoding import read
from shared.domain.identifiers import order_id
from shared.domain.money import currency_code
from shared.errors import UnusableError
from shared.faults import checked_by, faults_in, faults_of
from shared.messages.unreadable_analytics import with_denials


def utc(moment: datetime, path: str) -> datetime:
    """Return a message's time, UTC.

    Args:
        moment: The time, with its zone.
        path: Where it stands, for the error.

    Raises:
        UnusableError: It is no believable time.
    """
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # the first and the last day of the calendar
        raise UnusableError(path, "no believable time") from None


SchemaName = Annotated[
    str, msgspec.Meta(description='a schema and its version as text, e.g. "billing-event/1"')
]
ProviderName = Annotated[
    str,
    msgspec.Meta(
        pattern="^[a-z0-9_]+$",
        max_length=40,
        description="up to 40 lower-case letters, digits or _, e.g. my_shop",
    ),
]
# Decimal strings in major units: they need no table of exponents, and no float.
Amount = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$",
        description='an amount in major units as text, e.g. "12.50"',
    ),
]
# What is metered has more decimals than money.
Quantity = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(0|[1-9][0-9]{0,14})(\.[0-9]{1,12})?$",
        description='a quantity as text, e.g. "2" or "0.5"',
    ),
]
Minor = Annotated[int, msgspec.Meta(ge=0, le=10**15)]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
EventId = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
TransactionId = Annotated[
    str, msgspec.Meta(min_length=1, max_length=100, extra=checked_by(order_id))
]
Currency = Annotated[
    str,
    msgspec.Meta(
        description="an active ISO 4217 currency, e.g. EUR", extra=checked_by(currency_code)
    ),
]
Text = Annotated[str, msgspec.Meta(max_length=4096)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
OccurredAt = Annotated[datetime, msgspec.Meta(tz=True, extra=checked_by(utc))]

T = TypeVar("T")


class _Schema(msgspec.Struct, frozen=True):
    schema: object = None


def read_versioned(raw: bytes | msgspec.Raw, shape: type[T], schema: str) -> T:
    """Read a message of one type.

    A minor version after the major one is of the same type: it only adds fields, which are ignored.
    `analytics`, or `consent` in it, that is no object denies.

    Args:
        raw: Its JSON.
        shape: Its type.
        schema: Name and major version, as `billing-event/1`.

    Raises:
        UnusableError: It is of another schema, or fields are missing or malformed; all are named.
    """
    name = read(raw, _Schema).schema
    wanted = rf"{re.escape(schema)}(\.[0-9]{{1,9}})?"
    if isinstance(name, str) and not re.fullmatch(wanted, name, re.ASCII):
        raise UnusableError("schema", f"not {schema}")
    try:
        return read(raw, shape)
    except UnusableError:
        denied = with_denials(raw)
        if denied is None:
            raise
        return read(denied, shape)


def with_every_fault(
    error: UnusableError, message: msgspec.Struct, checks: Iterable[Callable[[], object]] = ()
) -> UnusableError:
    """Return an error that names all that is wrong with a message whose types are right.

    Args:
        error: What was found first.
        message: The message.
        checks: What is asked beyond single fields, each raising `UnusableError`.
    """
    by_field = faults_of(msgspec.json.encode(message), type(message))
    return UnusableError.of([*by_field, *faults_in(checks), *error.faults])


def field_of(
    metadata: Mapping[str, msgspec.Raw] | None, params: Mapping[str, msgspec.Raw] | None = None
) -> Callable[[str], str | None]:
    """Return what finds the text of a message's field by the name that `ROUTES` has for it.

    Args:
        metadata: The message's, found as `metadata.KEY`.
        params: Its parameters, found as `params.KEY`.
    """
    parts = {"metadata": metadata or {}, "params": params or {}}

    def field(name: str) -> str | None:
        scope, _, key = name.partition(".")
        raw = parts.get(scope, {}).get(key)
        try:
            value: object = None if raw is None else msgspec.json.decode(raw)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            return None
        if isinstance(value, str):
            return value.strip() or None
        # As it is written: no digit of a number changes.
        return bytes(raw).decode() if raw and isinstance(value, bool | int | float) else None

    return field
