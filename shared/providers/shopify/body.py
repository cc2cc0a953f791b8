"""What a body of Shopify's is, and when it was made: only the body is signed, so it decides."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

import msgspec

from shared.decoding import read

ORDER: Final = "Order"
REFUND: Final = "Refund"
_DRAFT: Final = "DraftOrder"
_GLOBAL_ID: Final = "gid://shopify/"
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class _Body(msgspec.Struct, frozen=True):
    """What distinguishes orders, drafts and refunds, whatever stands there; and their times."""

    admin_graphql_api_id: Any = None
    financial_status: Any = None
    order_id: Any = None
    transactions: Any = None
    refund_line_items: Any = None
    status: Any = None
    invoice_url: Any = None
    updated_at: Any = None
    processed_at: Any = None
    created_at: Any = None


def kind_of(raw: msgspec.Raw) -> str | None:
    """Return what a body is, by Shopify's own name, e.g. `Order`, `Refund` or `DraftOrder`.

    Args:
        raw: The body.

    Returns:
        None where it does not say.

    Raises:
        UnusableError: It is no JSON object.
    """
    body = read(raw, _Body)
    name = body.admin_graphql_api_id
    if isinstance(name, str) and name.startswith(_GLOBAL_ID):
        return name.removeprefix(_GLOBAL_ID).partition("/")[0]
    if body.financial_status is not None:
        return ORDER
    if body.order_id is not None and (body.transactions, body.refund_line_items) != (None, None):
        return REFUND
    if body.status is not None or body.invoice_url is not None:
        return _DRAFT
    return None


def made_at(raw: msgspec.Raw) -> datetime | None:
    """Return when a body was made, UTC: when what it shows was last changed.

    An order may be paid long after it was placed; being paid changes it.

    Args:
        raw: The body.

    Returns:
        None where it holds no time that can be read.

    Raises:
        UnusableError: It is no JSON object.
    """
    body = read(raw, _Body)
    changed = _moment(body.updated_at)
    if changed is not None:
        return changed
    times = [_moment(body.processed_at), _moment(body.created_at)]
    return max((time for time in times if time is not None), default=None)


def _moment(value: object) -> datetime | None:
    try:
        return msgspec.convert(value, _Moment, strict=True).astimezone(UTC)
    except (msgspec.ValidationError, OverflowError):
        return None
