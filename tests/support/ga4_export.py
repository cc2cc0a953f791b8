"""GA4's export, made of what GA4 was sent: tables as Google's schema has them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from tests.support.warehouse import Warehouse

DATASET: Final = "shop-1.analytics_42"
STREAM: Final = "7001"
_VALUE: Final = (
    "STRUCT(string_value VARCHAR, int_value BIGINT, float_value DOUBLE, double_value DOUBLE)"
)
_ECOMMERCE: Final = (
    "STRUCT(purchase_revenue DOUBLE, purchase_revenue_in_usd DOUBLE, refund_value DOUBLE,"
    " refund_value_in_usd DOUBLE, transaction_id VARCHAR)"
)
_CAMPAIGN: Final = (
    "STRUCT(campaign_id VARCHAR, campaign_name VARCHAR, source VARCHAR, medium VARCHAR,"
    " source_platform VARCHAR, default_channel_group VARCHAR, primary_channel_group VARCHAR)"
)
# https://support.google.com/analytics/answer/7029846: the columns that are asked for, and those
# that somebody might take for them.
_COLUMNS: Final = (
    "event_date VARCHAR",
    "event_timestamp BIGINT",
    "event_name VARCHAR",
    f'event_params STRUCT("key" VARCHAR, "value" {_VALUE})[]',
    "user_pseudo_id VARCHAR",
    "stream_id VARCHAR",
    "event_previous_timestamp BIGINT",
    "event_server_timestamp_offset BIGINT",
    f"ecommerce {_ECOMMERCE}",
    f"session_traffic_source_last_click STRUCT(cross_channel_campaign {_CAMPAIGN})",
)
_USD: Final = 1.1


@dataclass(frozen=True, slots=True)
class Exported:
    """One row.

    Attributes:
        name: The event's.
        at: GA4's stamp, UTC.
        client: `user_pseudo_id`; None where analytics consent was denied.
        params: The event's parameters, as they were sent.
        stream: Which one.
        more: Parameters that are there a second time.
        channel: The visit's, as GA4 knows it.
        offset: Microseconds between the event and its arrival, where GA4 exports them.
        date: The property's day, where it is not UTC's.
    """

    name: str
    at: datetime
    client: str | None
    params: Mapping[str, object] = field(default_factory=dict)
    stream: str = STREAM
    more: Mapping[str, object] = field(default_factory=dict)
    channel: str | None = None
    offset: int | None = None
    date: str | None = None

    @property
    def day(self) -> str:
        """Return the day whose table it is in."""
        return self.date or f"{self.at:%Y%m%d}"

    @property
    def columns(self) -> Sequence[object]:
        """Return the row's values, in the order of the columns."""
        params = [*self.params.items(), *self.more.items()]
        return (
            self.day,
            int(self.at.timestamp() * 1_000_000),
            self.name,
            [{"key": key, "value": _typed(value)} for key, value in params],
            self.client,
            self.stream,
            int(self.at.timestamp() * 1_000_000) - 1,
            self.offset,
            self._ecommerce,
            {"cross_channel_campaign": {"default_channel_group": self.channel}},
        )

    @property
    def _ecommerce(self) -> dict[str, object]:
        """Return what GA4 makes of an event's money: a refund has no revenue, below or above 0."""
        value = self.params.get("value")
        value = value if isinstance(value, int | float) else None
        usd = None if value is None else value * _USD
        name = {"purchase": "purchase_revenue", "refund": "refund_value"}.get(self.name)
        order = str(self.params.get("transaction_id") or "(not set)")
        money = {} if name is None else {name: value, f"{name}_in_usd": usd}
        return {"transaction_id": order, **money}


def export(warehouse: Warehouse, rows: Iterable[Exported], *, intraday: bool = False) -> None:
    """Make a table for each day that rows are of.

    Args:
        warehouse: Where.
        rows: What is in them.
        intraday: Whether the days are still going on.
    """
    prefix = "events_intraday_" if intraday else "events_"
    days: dict[str, list[Exported]] = {}
    for row in rows:
        days.setdefault(row.day, []).append(row)
    for day, found in days.items():
        warehouse.table(f"{DATASET}.{prefix}{day}", _COLUMNS, [row.columns for row in found])


def received(collected: Mapping[str, Any]) -> list[Exported]:
    """Return the rows that GA4 makes of a request that it took.

    Args:
        collected: One of the local GA4's `/events`.
    """
    body = collected["body"]
    whole = datetime.fromisoformat(collected["received_at"])
    found = []
    for event in body["events"]:
        micros = event.get("timestamp_micros", body.get("timestamp_micros"))
        at = whole if micros is None else datetime.fromtimestamp(int(micros) / 1_000_000, UTC)
        params = dict(event["params"])
        if "session_id" in params:
            params["ga_session_id"] = params.pop("session_id")
        plain = {key: value for key, value in params.items() if key != "items"}
        found.append(Exported(event["name"], at, body["client_id"], plain))
    return found


def _typed(value: object) -> dict[str, object]:
    """Return a parameter's value as the export types it."""
    found: dict[str, object] = dict.fromkeys(
        ("string_value", "int_value", "float_value", "double_value")
    )
    match value:
        case bool() | int():
            found["int_value"] = int(value)
        case float():
            found["double_value"] = value
        case _:
            found["string_value"] = str(value)
    return found
