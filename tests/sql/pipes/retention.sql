-- Users by the day of their first visit who come back n days later.
-- parameters: {"days": 3}
-- parameters: {"days": 1}
-- node: cohorts
SELECT user_id, toDate(min(timestamp)) AS cohort FROM events GROUP BY user_id
-- node: activity
SELECT DISTINCT user_id, toDate(timestamp) AS day FROM events
-- node: endpoint
SELECT cohort, dateDiff('day', cohort, day) AS offset, uniqExact(user_id) AS users,
    round(users / max(users) OVER (PARTITION BY cohort), 2) AS share
FROM cohorts JOIN activity USING (user_id)
WHERE offset < {days:UInt8}
GROUP BY cohort, offset, day
ORDER BY cohort, offset
