/*
How well the server's events are tied to visits, by day, event and sender. `joined` are those in a
session that the page's tag recorded as well: GA4 shows them under the channel of that visit.
Variables: EXPORT is PROJECT.analytics_N, DAYS is how many days back.
*/
WITH hit AS (
  SELECT
    PARSE_DATE('%Y%m%d', event_date) AS day,
    event_name,
    user_pseudo_id,
    (SELECT param.value.string_value
      FROM UNNEST(event_params) AS param WHERE param.key = 'mp_source' LIMIT 1) AS sender,
    (SELECT COALESCE(param.value.string_value, CAST(param.value.int_value AS STRING))
      FROM UNNEST(event_params) AS param WHERE param.key = 'ga_session_id' LIMIT 1) AS session_id,
    COALESCE((SELECT param.value.string_value
      FROM UNNEST(event_params) AS param WHERE param.key = 'mp_attribution' LIMIT 1), '(not set)')
      AS attribution
  FROM `${EXPORT}.events_*`
  WHERE _TABLE_SUFFIX BETWEEN
    FORMAT_DATE('%Y%m%d', DATE_SUB(CURRENT_DATE(), INTERVAL ${DAYS} DAY))
    AND FORMAT_DATE('%Y%m%d', CURRENT_DATE())
),
visit AS (
  SELECT DISTINCT user_pseudo_id, session_id
  FROM hit
  WHERE sender IS NULL AND session_id IS NOT NULL
)
SELECT
  hit.day,
  hit.event_name,
  hit.sender,
  COUNT(*) AS events,
  COUNTIF(hit.attribution = 'session') AS in_session,
  COUNTIF(hit.attribution = 'client') AS browser_only,
  COUNTIF(hit.attribution = 'generated') AS nobody_known,
  COUNTIF(visit.session_id IS NOT NULL) AS joined,
  ROUND(COUNTIF(hit.attribution = 'session') / COUNT(*), 4) AS in_session_share,
  ROUND(COUNTIF(visit.session_id IS NOT NULL) / COUNT(*), 4) AS joined_share
FROM hit
LEFT JOIN visit
  ON visit.user_pseudo_id = hit.user_pseudo_id AND visit.session_id = hit.session_id
WHERE hit.sender IS NOT NULL
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
