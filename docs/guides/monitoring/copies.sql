-- Orders that are in the export more than once: `clients` above 1 may count twice, a `tags` above 0
-- means that the page sends the purchase as well. Replace PROJECT.analytics_N.
WITH hit AS (
  SELECT
    event_name,
    user_pseudo_id,
    (SELECT COALESCE(param.value.string_value, CAST(param.value.int_value AS STRING))
      FROM UNNEST(event_params) AS param WHERE param.key = 'transaction_id' LIMIT 1)
      AS transaction_id,
    (SELECT param.value.string_value FROM UNNEST(event_params) AS param WHERE param.key = 'mp_source' LIMIT 1) AS sender
  FROM `PROJECT.analytics_N.events_*`
  WHERE _TABLE_SUFFIX BETWEEN
    FORMAT_DATE('%Y%m%d', DATE_SUB(CURRENT_DATE(), INTERVAL 7 DAY))
    AND FORMAT_DATE('%Y%m%d', CURRENT_DATE())
)
SELECT
  event_name,
  transaction_id,
  COUNTIF(sender IS NOT NULL) AS server,
  COUNTIF(sender IS NULL) AS tags,
  COUNT(DISTINCT user_pseudo_id) AS clients
FROM hit
WHERE event_name = 'purchase' AND transaction_id IS NOT NULL
GROUP BY 1, 2
HAVING COUNT(*) > 1
ORDER BY clients DESC, transaction_id
