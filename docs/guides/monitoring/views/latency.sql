/*
How late the server's events came, by day and sender. `late` are those older than 72 hours when they
were sent: GA4 shows them on the day they came. The seconds are GA4's own, between an event's time
and its arrival; `timed` says of how many events GA4 exported them. `event_previous_timestamp` says
nothing here: it is the client's event before.
Variables: EXPORT is PROJECT.analytics_N, DAYS is how many days back.
*/
WITH hit AS (
  SELECT
    PARSE_DATE('%Y%m%d', event_date) AS day,
    (SELECT param.value.string_value
      FROM UNNEST(event_params) AS param WHERE param.key = 'mp_source' LIMIT 1) AS sender,
    (SELECT COALESCE(
        param.value.double_value, param.value.float_value, CAST(param.value.int_value AS FLOAT64)
      )
      FROM UNNEST(event_params) AS param WHERE param.key = 'late_hours' LIMIT 1) AS late_hours,
    ABS(event_server_timestamp_offset) / 1000000 AS seconds
  FROM `${EXPORT}.events_*`
  WHERE _TABLE_SUFFIX BETWEEN
    FORMAT_DATE('%Y%m%d', DATE_SUB(CURRENT_DATE(), INTERVAL ${DAYS} DAY))
    AND FORMAT_DATE('%Y%m%d', CURRENT_DATE())
),
ranked AS (
  SELECT
    day,
    sender,
    late_hours,
    seconds,
    COUNT(seconds) OVER (PARTITION BY day, sender) AS timed,
    ROW_NUMBER() OVER (
      PARTITION BY day, sender ORDER BY IF(seconds IS NULL, 1, 0), seconds
    ) AS place
  FROM hit
  WHERE sender IS NOT NULL
)
SELECT
  day,
  sender,
  COUNT(*) AS events,
  COUNT(late_hours) AS late,
  ROUND(COUNT(late_hours) / COUNT(*), 4) AS late_share,
  CAST(MAX(late_hours) AS INT64) AS longest_late_hours,
  MAX(timed) AS timed,
  MIN(IF(place >= 0.5 * timed, seconds, NULL)) AS median_seconds,
  MIN(IF(place >= 0.95 * timed, seconds, NULL)) AS p95_seconds
FROM ranked
GROUP BY 1, 2
ORDER BY 1, 2
