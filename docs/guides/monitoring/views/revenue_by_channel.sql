/*
Revenue by day and channel, with and without what the server sent. Each order counts once, as the
page's tag sent it where it did: the difference is what only the server knew.
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
    (SELECT COALESCE(param.value.string_value, CAST(param.value.int_value AS STRING))
      FROM UNNEST(event_params) AS param WHERE param.key = 'ga_session_id' LIMIT 1) AS session_id,
    (SELECT param.value.string_value
      FROM UNNEST(event_params) AS param WHERE param.key = 'currency' LIMIT 1) AS currency,
    SAFE_CAST((SELECT COALESCE(
        param.value.double_value, param.value.float_value, CAST(param.value.int_value AS FLOAT64)
      )
      FROM UNNEST(event_params) AS param WHERE param.key = 'value' LIMIT 1) AS NUMERIC) AS value,
    session_traffic_source_last_click.cross_channel_campaign.default_channel_group AS channel
  FROM `${EXPORT}.events_*`
  WHERE _TABLE_SUFFIX BETWEEN
    FORMAT_DATE('%Y%m%d', DATE_SUB(CURRENT_DATE(), INTERVAL ${DAYS} DAY))
    AND FORMAT_DATE('%Y%m%d', CURRENT_DATE())
),
visit AS (
  SELECT user_pseudo_id, session_id, MAX(channel) AS channel
  FROM hit
  WHERE sender IS NULL AND session_id IS NOT NULL
  GROUP BY 1, 2
),
purchase AS (
  SELECT
    hit.day,
    hit.currency,
    hit.value,
    hit.sender,
    hit.event_timestamp,
    COALESCE(
      hit.transaction_id,
      CONCAT('row ', CAST(hit.event_timestamp AS STRING), ' ', COALESCE(hit.user_pseudo_id, ''))
    ) AS purchase_id,
    -- GA4 may leave the channel of a server's event empty: its visit knows it.
    COALESCE(hit.channel, visit.channel) AS channel
  FROM hit
  LEFT JOIN visit
    ON visit.user_pseudo_id = hit.user_pseudo_id AND visit.session_id = hit.session_id
  WHERE hit.event_name = 'purchase'
),
sale AS (
  SELECT
    day,
    currency,
    value,
    sender IS NULL AS sent_by_tag,
    MAX(channel) OVER (PARTITION BY purchase_id) AS channel
  FROM purchase
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY purchase_id
    ORDER BY IF(sender IS NULL, 0, 1), IF(value IS NULL, 1, 0), event_timestamp
  ) = 1
)
SELECT
  day,
  COALESCE(channel, '(not set)') AS channel,
  COALESCE(currency, '(not set)') AS currency,
  COUNT(*) AS orders,
  COUNTIF(sent_by_tag) AS orders_without_server,
  COALESCE(SUM(value), 0) AS revenue,
  COALESCE(SUM(IF(sent_by_tag, value, 0)), 0) AS revenue_without_server,
  COALESCE(SUM(IF(sent_by_tag, 0, value)), 0) AS revenue_added_by_server
FROM sale
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
