-- Money in sessions in which the tag recorded nothing: a share that jumps after a release means
-- that ids are carried wrongly. Replace PROJECT.analytics_N.
WITH hit AS (
  SELECT
    event_date,
    event_name,
    user_pseudo_id,
    (SELECT COALESCE(param.value.string_value, CAST(param.value.int_value AS STRING))
      FROM UNNEST(event_params) AS param WHERE param.key = 'ga_session_id' LIMIT 1) AS session_id,
    (SELECT param.value.string_value FROM UNNEST(event_params) AS param WHERE param.key = 'mp_source' LIMIT 1) AS sender
  FROM `PROJECT.analytics_N.events_*`
  WHERE _TABLE_SUFFIX BETWEEN
    FORMAT_DATE('%Y%m%d', DATE_SUB(CURRENT_DATE(), INTERVAL 7 DAY))
    AND FORMAT_DATE('%Y%m%d', CURRENT_DATE())
),
visit AS (
  SELECT DISTINCT user_pseudo_id, session_id FROM hit WHERE sender IS NULL
)
SELECT
  hit.event_date,
  COUNT(*) AS purchases,
  COUNTIF(hit.session_id IS NULL) AS without_session,
  COUNTIF(hit.session_id IS NOT NULL AND visit.session_id IS NULL) AS orphans
FROM hit
LEFT JOIN visit
  ON visit.user_pseudo_id = hit.user_pseudo_id AND visit.session_id = hit.session_id
WHERE hit.sender IS NOT NULL AND hit.event_name = 'purchase'
GROUP BY 1
ORDER BY 1
