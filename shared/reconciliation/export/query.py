"""The one question that GA4's export is asked.

Columns: "BigQuery Export schema", https://support.google.com/analytics/answer/7029846. Nothing in
it marks a hit of the Measurement Protocol, so ours are those with `mp_source`. The id of a session
is a number or a text, as it was sent, and so may the id of an order be.
"""

from collections.abc import Iterable
from typing import Final

STREAM: Final = "stream"
"""The parameter with the number of the one stream that is looked at."""

_TEXT: Final = "COALESCE(param.value.string_value, CAST(param.value.int_value AS STRING))"
_NUMBER: Final = """COALESCE(
        param.value.double_value, param.value.float_value, CAST(param.value.int_value AS FLOAT64)
      )"""


def _param(key: str, value: str) -> str:
    """Return what reads a parameter of an event; the first, should it be there twice."""
    found = f"SELECT {value} FROM UNNEST(event_params) AS param WHERE param.key = '{key}' LIMIT 1"  # noqa: S608 - ours
    return f"({found})"


_TABLE: Final = """\
  SELECT event_name, event_timestamp, event_params, stream_id, user_pseudo_id
  FROM `{dataset}.{table}`"""

# Tables are named one by one: a wildcard would fail for any view of a name like theirs.
_QUERY: Final = """\
WITH event AS (
{tables}
),
hit AS (
  SELECT
    event_name,
    event_timestamp,
    user_pseudo_id,
    {mp_source} AS mp_source,
    NULLIF({transaction_id}, '') AS transaction_id,
    {session_id} AS session_id,
    SAFE_CAST({value} AS NUMERIC) AS value
  FROM event{stream}
),
visit AS (
  SELECT DISTINCT user_pseudo_id, session_id
  FROM hit
  WHERE mp_source IS NULL AND session_id IS NOT NULL
)
SELECT
  hit.event_name AS event_name,
  hit.transaction_id AS transaction_id,
  IF(hit.transaction_id IS NULL, hit.event_timestamp, NULL) AS stamp,
  COUNTIF(hit.mp_source IS NOT NULL) AS ours,
  COUNTIF(hit.mp_source IS NULL) AS sent_by_tag,
  COUNT(DISTINCT hit.user_pseudo_id) AS clients,
  COUNTIF(
    hit.mp_source IS NOT NULL AND hit.session_id IS NOT NULL AND visit.session_id IS NULL
  ) AS orphans,
  SUM(IF(hit.mp_source IS NULL, NULL, hit.value)) AS value,
  MIN(IF(hit.mp_source IS NULL, NULL, hit.event_timestamp)) AS first
FROM hit
LEFT JOIN visit
  ON visit.user_pseudo_id = hit.user_pseudo_id AND visit.session_id = hit.session_id
GROUP BY 1, 2, 3
HAVING ours > 0
"""


def query(dataset: str, tables: Iterable[str], *, one_stream: bool) -> str:
    """Return the query.

    Args:
        dataset: `PROJECT.analytics_N`; it and the tables are nothing but names, and part of the
            query.
        tables: Which tables are read; at least one.
        one_stream: Whether only the stream of the parameter `STREAM` is looked at.

    Returns:
        BigQuery's SQL; its columns are those of `read_hits`.
    """
    return _QUERY.format(
        tables="\n  UNION ALL\n".join(
            _TABLE.format(dataset=dataset, table=table) for table in tables
        ),
        mp_source=_param("mp_source", _TEXT),
        transaction_id=_param("transaction_id", _TEXT),
        session_id=_param("ga_session_id", _TEXT),
        value=_param("value", _NUMBER),
        stream=f"\n  WHERE stream_id = @{STREAM}" if one_stream else "",
    )
