/*
Purchases, refunds and what remains, by day and currency. A refund counts on its own day. Its amount
is its own `value`: `ecommerce.purchase_revenue` is of purchases only, and no sum of it goes down.
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
purchase AS (
  SELECT day, currency, value, transaction_id
  FROM hit
  WHERE event_name = 'purchase'
  -- GA4 merges purchases of one transaction id; one without an id stands for itself.
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY COALESCE(
      transaction_id,
      CONCAT('row ', CAST(event_timestamp AS STRING), ' ', COALESCE(user_pseudo_id, ''))
    )
    ORDER BY IF(sender IS NULL, 0, 1), IF(value IS NULL, 1, 0), event_timestamp
  ) = 1
),
bought AS (
  SELECT transaction_id, MIN(day) AS day
  FROM purchase
  WHERE transaction_id IS NOT NULL
  GROUP BY 1
),
movement AS (
  SELECT day, currency, 1 AS purchases, value AS revenue, 0 AS refunds, 0 AS refunded,
    0 AS without_purchase, NULL AS days_later
  FROM purchase
  UNION ALL
  SELECT hit.day, hit.currency, 0, 0, 1, hit.value,
    IF(bought.day IS NULL, 1, 0), DATE_DIFF(hit.day, bought.day, DAY)
  FROM hit
  LEFT JOIN bought ON bought.transaction_id = hit.transaction_id
  WHERE hit.event_name = 'refund'
)
SELECT
  day,
  COALESCE(currency, '(not set)') AS currency,
  SUM(purchases) AS purchases,
  COALESCE(SUM(revenue), 0) AS revenue,
  SUM(refunds) AS refunds,
  COALESCE(SUM(refunded), 0) AS refunded,
  COALESCE(SUM(revenue), 0) - COALESCE(SUM(refunded), 0) AS net,
  SUM(without_purchase) AS refunds_without_purchase,
  ROUND(AVG(days_later), 1) AS days_after_purchase
FROM movement
GROUP BY 1, 2
ORDER BY 1, 2
