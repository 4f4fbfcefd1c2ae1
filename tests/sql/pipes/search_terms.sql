-- Words of log lines, counted.
-- parameters: {"least": 5, "skip": ["id", "took"]}
-- node: words
SELECT arrayJoin(splitByChar(' ', lower(message))) AS word FROM logs
-- node: endpoint
SELECT word, count() AS times, length(word) AS letters FROM words
WHERE NOT match(word, '\\d') AND word NOT IN {skip:Array(String)}
GROUP BY word HAVING times >= {least:UInt32}
ORDER BY times DESC, word
