-- How well events are tied to their visits, a day and a sender at a time: the share of
-- mp_attribution = 'session' is the one to watch. Replace PROJECT.analytics_N.
WITH hit AS (
  SELECT
    event_date,
    (SELECT param.value.string_value FROM UNNEST(event_params) AS param WHERE param.key = 'mp_source' LIMIT 1) AS sender,
    (SELECT param.value.string_value FROM UNNEST(event_params) AS param WHERE param.key = 'mp_attribution' LIMIT 1)
      AS attribution
  FROM `PROJECT.analytics_N.events_*`
  WHERE _TABLE_SUFFIX BETWEEN
    FORMAT_DATE('%Y%m%d', DATE_SUB(CURRENT_DATE(), INTERVAL 7 DAY))
    AND FORMAT_DATE('%Y%m%d', CURRENT_DATE())
)
SELECT
  event_date,
  sender,
  COUNT(*) AS events,
  ROUND(COUNTIF(attribution = 'session') / COUNT(*), 3) AS in_session,
  ROUND(COUNTIF(attribution = 'generated') / COUNT(*), 3) AS of_nobody
FROM hit
WHERE sender IS NOT NULL
GROUP BY 1, 2
ORDER BY 1, 2
