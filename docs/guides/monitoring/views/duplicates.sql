/*
Purchases and refunds that are in the export more than once, by the day of the first. GA4 merges
purchases of one transaction id and one client; an older text of Google's says that it counts those
of several clients each. It merges no refunds: two of one order, time and amount are a copy.
Variables: EXPORT is PROJECT.analytics_N, DAYS is how many days back.
*/
WITH hit AS (
  SELECT
    PARSE_DATE('%Y%m%d', event_date) AS day,
    event_name,
    event_timestamp,
    user_pseudo_id,
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
fact AS (
  SELECT
    event_name,
    transaction_id,
    IF(event_name = 'refund', event_timestamp, NULL) AS refunded_at,
    IF(event_name = 'refund', value, NULL) AS refunded,
    MIN(day) AS day,
    MAX(currency) AS currency,
    MAX(value) AS value,
    COUNT(*) AS hits,
    COUNTIF(sender IS NULL) AS tags,
    -- A client that denied analytics has no id, and is one all the same.
    COUNT(DISTINCT COALESCE(user_pseudo_id, '')) AS clients
  FROM hit
  WHERE event_name IN ('purchase', 'refund') AND transaction_id IS NOT NULL
  GROUP BY 1, 2, 3, 4
)
SELECT
  day,
  event_name,
  COALESCE(currency, '(not set)') AS currency,
  COUNT(*) AS events,
  COUNTIF(hits > 1) AS repeated,
  SUM(hits - 1) AS copies,
  COUNTIF(hits > 1 AND tags > 0 AND tags < hits) AS sent_by_tag_too,
  SUM(IF(event_name = 'purchase' AND clients = 1, hits - 1, 0)) AS copies_merged,
  SUM(IF(event_name = 'purchase' AND clients = 1, 0, hits - 1)) AS copies_counted,
  COALESCE(SUM(IF(event_name = 'purchase' AND clients = 1, 0, (hits - 1) * value)), 0)
    AS value_counted_again
FROM fact
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
