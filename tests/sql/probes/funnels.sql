-- retention, windowFunnel, sequenceMatch, sequenceCount.

SELECT windowFunnel(10)(t, 1, 1), windowFunnel(10)(t, id=1, id=1), windowFunnel(10,'strict_increase')(t, id=1, id=1, id = 1) FROM small;
SELECT windowFunnel(10)(a, b='x', b='y'), windowFunnel(10)(a, b='y', b='x') FROM (SELECT arrayJoin([(1,'y'),(1,'x'),(1,'z')]) t, toUInt32(t.1) a, t.2 b);
SELECT windowFunnel(10,'strict_order')(a, b='x', b='y', b='z') FROM (SELECT arrayJoin([(1,'x'),(2,'w'),(3,'y'),(4,'z')]) t, toUInt32(t.1) a, t.2 b);
SELECT windowFunnel(10,'strict_order')(a, b='x', b='y', b='z') FROM (SELECT arrayJoin([(1,'x'),(2,'z'),(3,'y'),(4,'z')]) t, toUInt32(t.1) a, t.2 b);
SELECT windowFunnel(10,'strict_deduplication')(a, b='x', b='y', b='z') FROM (SELECT arrayJoin([(1,'x'),(2,'y'),(3,'y'),(4,'z')]) t, toUInt32(t.1) a, t.2 b);
SELECT windowFunnel(10,'strict')(a, b='x', b='y', b='z') FROM (SELECT arrayJoin([(1,'x'),(2,'y'),(3,'y'),(4,'z')]) t, toUInt32(t.1) a, t.2 b);
SELECT windowFunnel(10,'nonsense')(a, b='x', b='y', b='z') FROM (SELECT arrayJoin([(1,'x'),(2,'y'),(3,'y'),(4,'z')]) t, toUInt32(t.1) a, t.2 b);
SELECT windowFunnel(10)(d, x>0, x>5), windowFunnel(10)(toDateTime64(t,3), x>0, x>5) FROM small;
SELECT sequenceMatch('(?1)(?t<3)(?2)')(a, b='x', b='y'), sequenceMatch('(?1)(?t>3)(?2)')(a, b='x', b='y'), sequenceMatch('(?1)(?t>=3)(?2)')(a, b='x', b='y'), sequenceCount('(?1)(?t<=3)(?2)')(a, b='x', b='y'), sequenceCount('(?1).(?2)')(a, b='x', b='y', b='w'), toTypeName(sequenceCount('(?1).(?2)')(a, b='x', b='y')), toTypeName(sequenceMatch('(?1).(?2)')(a, b='x', b='y')) FROM (SELECT arrayJoin([(1,'x'),(2,'w'),(4,'y'),(5,'x'),(9,'y')]) t, toUInt32(t.1) a, t.2 b);
SELECT sequenceMatch('(?1)(?2)')(a, b='x', b='y'), sequenceMatch('(?1).*(?2)')(a, b='x', b='y'), sequenceMatch('(?2).*(?1)')(a, b='x', b='y') FROM (SELECT arrayJoin([(1,'x'),(2,'w'),(4,'y')]) t, toUInt32(t.1) a, t.2 b);
SELECT sequenceMatch('(?1)(?2')(a, b='x', b='y') FROM (SELECT toUInt32(1) a, 'x' b);
SELECT sequenceMatch('(?3)')(a, b='x', b='y') FROM (SELECT toUInt32(1) a, 'x' b);
SELECT sequenceMatch('(?1)(?2)')(t, x>5, n>1), sequenceMatch('(?1)')(t, x>500), sequenceMatchEvents('(?1).*(?2)')(t, x>5, x<5) FROM small;
SELECT retention(x>5, x>100, n=5), retention(x>5, x<5), retention(x>1, n>100) FROM small;
SELECT user_id, windowFunnel(86400)(timestamp, event_type = 'page_view', event_type = 'click', event_type = 'purchase') AS level FROM events GROUP BY user_id ORDER BY user_id;
SELECT level, count() FROM (SELECT user_id, windowFunnel(3600)(timestamp, event_type = 'page_view', event_type = 'click', event_type = 'purchase') AS level FROM events GROUP BY user_id) GROUP BY level ORDER BY level;
SELECT windowFunnelMerge(3600)(v) FROM (SELECT device, windowFunnelState(3600)(timestamp, event_type = 'page_view', event_type = 'click') AS v FROM events GROUP BY device);
SELECT user_id, sequenceCount('(?1).*(?2)')(timestamp, event_type = 'page_view', event_type = 'click') AS c FROM events GROUP BY user_id ORDER BY user_id;
SELECT user_id, sequenceMatch('(?1)(?t<=3600)(?2)')(timestamp, event_type = 'page_view', event_type = 'click') AS c FROM events GROUP BY user_id ORDER BY user_id;
SELECT user_id, sequenceCount('(?1)(?t<=600)(?2)')(timestamp, event_type = 'page_view', event_type = 'click') AS c FROM events GROUP BY user_id ORDER BY user_id;
SELECT user_id, sequenceCount('(?1)(?t>60)(?2)')(timestamp, event_type = 'page_view', event_type = 'click') AS c FROM events GROUP BY user_id ORDER BY user_id;
SELECT user_id, sequenceCount('(?1)(?2).*(?3)')(timestamp, event_type = 'page_view', event_type = 'click', event_type = 'purchase') AS c FROM events GROUP BY user_id ORDER BY user_id;
SELECT user_id, sequenceCount('(?1).(?1)')(timestamp, event_type = 'page_view', event_type = 'click') AS c FROM events GROUP BY user_id ORDER BY user_id;
SELECT sum(r[1]), sum(r[2]), sum(r[3]) FROM (SELECT user_id, retention(toDate(timestamp) = '2024-03-09', toDate(timestamp) = '2024-03-10', event_type = 'purchase') AS r FROM events GROUP BY user_id);
SELECT windowFunnelIf(3600)(timestamp, event_type = 'page_view', event_type = 'click', device = 'mobile') FROM events;
SELECT user_id, windowFunnel(7200, 'strict_order')(timestamp, event_type = 'page_view', event_type = 'click', event_type = 'purchase') AS level FROM events GROUP BY user_id ORDER BY user_id;
SELECT user_id, windowFunnel(7200, 'strict_increase')(timestamp, event_type = 'page_view', event_type = 'click', event_type = 'purchase') AS level FROM events GROUP BY user_id ORDER BY user_id;
SELECT user_id, windowFunnel(7200, 'strict_deduplication')(timestamp, event_type = 'page_view', event_type = 'click', event_type = 'purchase') AS level FROM events GROUP BY user_id ORDER BY user_id;
SELECT user_id, windowFunnel(7200, 'strict_order', 'strict_increase')(timestamp, event_type = 'page_view', event_type = 'click', event_type = 'purchase') AS level FROM events GROUP BY user_id ORDER BY user_id;
SELECT retention(x > 0) FROM small;
SELECT windowFunnel(10)(x, x > 0) FROM small;
-- state: refused ClickHouse's strict_once tells events apart by more than they show
SELECT windowFunnel(3600, 'strict_once')(timestamp, event_type = 'page_view', event_type = 'click') FROM events;
-- state: refused an exact time between steps needs every step's moments, not the best one
SELECT sequenceMatch('(?1)(?t==3)(?2)')(a, b = 'x', b = 'y') FROM (SELECT arrayJoin([(1, 'x'), (4, 'y')]) AS t, toUInt32(t.1) AS a, t.2 AS b);
SELECT windowFunnel(10, 'strict_deduplication')(a, b = 'x', b = 'y', b = 'z', b = 'w') FROM (SELECT arrayJoin([(1, 'x'), (2, 'y'), (3, 'z'), (4, 'y')]) AS t, toUInt32(t.1) AS a, t.2 AS b);
SELECT windowFunnel(10, 'strict_deduplication')(a, b = 'x', b = 'y', b = 'z', b = 'w') FROM (SELECT arrayJoin([(1, 'y'), (2, 'y'), (3, 'x'), (4, 'y'), (5, 'x'), (6, 'z')]) AS t, toUInt32(t.1) AS a, t.2 AS b);
SELECT windowFunnel(10, 'strict_order')(a, b = 'x', b = 'y', b = 'z', b = 'w') FROM (SELECT arrayJoin([(1, 'x'), (2, 'y'), (3, 'w'), (4, 'z'), (6, 'w')]) AS t, toUInt32(t.1) AS a, t.2 AS b);
SELECT windowFunnel(10)(d, d > '2024-01-01', d > '2024-02-01') FROM small;
SELECT sumMap([1, 2], [1.5, 2.25]), sumMap(['a'], [toDecimal32('1.5', 2)]), sumMapFiltered([1])([1, 2], [3, 4]), sumMapWithOverflow([1, 2], [200, 100]) FROM small;
