/*
Orders by who reported them, by day and currency. `only_server` is what the page's tag lost: closed
tabs, blockers. `only_tag` is what the server did not send. A shop whose page sends no purchases has
`only_server` alone. What neither reported is in no export: `connectors reconcile` finds it.
Variables: EXPORT is PROJECT.analytics_N, DAYS is how many days back.
*/
WITH hit AS (
  SELECT
    PARSE_DATE('%Y%m%d', event_date) AS day,
    event_name,
    event_timestamp,
    NULLIF(NULLIF((SELECT COALESCE(param.value.string_value, CAST(param.value.int_value AS STRING))
      FROM UNNEST(event_params) AS param WHERE param.key = 'transaction_id' LIMIT 1), ''), '(not set)')
      AS transaction_id,
    (SELECT param.value.string_value
      FROM UNNEST(event_params) AS param WHERE param.key = 'mp_source' LIMIT 1) AS sender,
    (SELECT param.value.string_value
      FROM UNNEST(event_params) AS param WHERE param.key = 'currency' LIMIT 1) AS currency,
    SAFE_CAST((SELECT COALESCE(
        param.value.double_value, param.value.float_value, CAST(param.value.int_value AS FLOAT64)
      )
      FROM UNNEST(event_params) AS param WHERE param.key = 'value' LIMIT 1) AS NUMERIC) AS value
  FROM `${EXPORT}.events_*`
  WHERE _TABLE_SUFFIX BETWEEN
    FORMAT_DATE('%Y%m%d', DATE_SUB(CURRENT_DATE(), INTERVAL ${DAYS} DAY))
    AND FORMAT_DATE('%Y%m%d', CURRENT_DATE())
),
sale AS (
  SELECT
    MIN(day) OVER (PARTITION BY transaction_id) AS day,
    currency,
    value,
    COUNTIF(sender IS NULL) OVER (PARTITION BY transaction_id) > 0 AS by_tag,
    COUNTIF(sender IS NOT NULL) OVER (PARTITION BY transaction_id) > 0 AS by_server
  FROM hit
  WHERE event_name = 'purchase' AND transaction_id IS NOT NULL
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY transaction_id
    ORDER BY IF(sender IS NULL, 1, 0), IF(value IS NULL, 1, 0), event_timestamp
  ) = 1
)
SELECT
  day,
  COALESCE(currency, '(not set)') AS currency,
  COUNT(*) AS orders,
  COUNTIF(by_tag AND by_server) AS both_sent,
  COUNTIF(NOT by_tag) AS only_server,
  COUNTIF(NOT by_server) AS only_tag,
  COALESCE(SUM(IF(by_tag, 0, value)), 0) AS revenue_only_server,
  COALESCE(SUM(IF(by_server, 0, value)), 0) AS revenue_only_tag,
  ROUND(COUNTIF(NOT by_tag) / COUNT(*), 4) AS lost_by_tag_share,
  ROUND(COUNTIF(NOT by_server) / COUNT(*), 4) AS lost_by_server_share
FROM sale
GROUP BY 1, 2
ORDER BY 1, 2
