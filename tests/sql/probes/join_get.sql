-- Reading tables of the engine Join.
SELECT * FROM devices ORDER BY id;
SELECT id, name FROM members ORDER BY id, name;
SELECT * FROM owners ORDER BY id, name;
SELECT * FROM kept ORDER BY id;
SELECT count(), max(name) FROM devices;
SELECT * FROM devices FINAL;
SELECT id, name FROM devices ORDER BY id SETTINGS final = 1;
SELECT x.id, d.name, d.score FROM (SELECT toUInt32(arrayJoin([1, 2, 3, 4])) AS id) AS x ANY LEFT JOIN devices AS d ON x.id = d.id ORDER BY x.id;
SELECT id, name FROM (SELECT toUInt32(arrayJoin([1, 2, 3, 4])) AS id) AS x ANY LEFT JOIN devices USING (id) ORDER BY id;
SELECT id, name FROM (SELECT toUInt32(arrayJoin([1, 2, 3, 4])) AS id) AS x ALL LEFT JOIN members USING (id) ORDER BY id, name;
SELECT a.id, a.name FROM devices AS a ALL INNER JOIN (SELECT toUInt32(arrayJoin([1, 3])) AS id) AS b ON a.id = b.id ORDER BY 1;
SELECT name FROM devices WHERE id IN (SELECT id FROM members) ORDER BY id;

-- What joinGet gives.
SELECT joinGet('devices', 'name', toUInt32(1)), joinGet('devices', 'name', toUInt32(2)), joinGet('devices', 'name', toUInt32(99));
SELECT joinGet(devices, 'name', toUInt32(1)), joinGet(`devices`, 'name', toUInt32(1)), joinGet("devices", 'name', toUInt32(1));
SELECT joinGet(default.devices, 'name', toUInt32(1)), joinGet('default.devices', 'name', toUInt32(1));
SELECT joinGetOrNull('devices', 'name', toUInt32(1)), joinGetOrNull('devices', 'name', toUInt32(99));
SELECT joinGet('devices', 'score', toUInt32(number)) AS x, joinGetOrNull('devices', 'score', toUInt32(number)) AS y FROM numbers(5);
SELECT joinGet('devices', 'code', toUInt32(number)) AS x, toTypeName(x) FROM numbers(5);
SELECT joinGetOrNull('devices', 'code', toUInt32(number)) FROM numbers(5);
SELECT joinGet('devices', 'mark', toUInt32(number)) AS x, toTypeName(x) FROM numbers(5);
SELECT joinGetOrNull('devices', 'mark', toUInt32(number)) AS x, toTypeName(x) FROM numbers(5);
SELECT joinGet('devices', 'tags', toUInt32(number)), joinGetOrNull('devices', 'tags', toUInt32(number)) FROM numbers(5);
SELECT joinGet('devices', 'price', toUInt32(number)), joinGetOrNull('devices', 'price', toUInt32(number)) FROM numbers(5);
SELECT joinGet('devices', 'at', toUInt32(number)), joinGetOrNull('devices', 'at', toUInt32(number)) FROM numbers(5);
SELECT joinGet('devices', 'day', toUInt32(number)), joinGetOrNull('devices', 'day', toUInt32(number)) FROM numbers(5);
SELECT joinGet('devices', 'kind', toUInt32(number)), joinGetOrNull('devices', 'kind', toUInt32(number)) FROM numbers(5);
SELECT joinGet('devices', 'pair', toUInt32(number)) FROM numbers(5);
SELECT joinGet('devices', 'uid', toUInt32(number)), joinGetOrNull('devices', 'uid', toUInt32(number)) FROM numbers(5);
SELECT joinGet('devices', 'counts', toUInt32(number)), joinGetOrNull('devices', 'counts', toUInt32(number)) FROM numbers(5);
SELECT joinGet('prices', 'price', 'a', toUInt64(1)), joinGet('prices', 'price', 'a', toUInt64(9)), joinGet('prices', 'price', 'c', materialize(toUInt64(1)));
SELECT joinGet('prices', 'price', toLowCardinality('a'), toNullable(toUInt64(1))), joinGet('prices', 'price', 'a', CAST(NULL, 'Nullable(UInt64)'));
SELECT joinGet('prices', 'price', 'a', if(number = 1, NULL, number)) FROM numbers(4);
SELECT joinGet('prices', 'price', 'a', number) FROM numbers(4);
SELECT joinGet('devices', 'name', toNullable(toUInt32(1))) AS x, joinGetOrNull('devices', 'name', CAST(NULL, 'Nullable(UInt32)')) AS y;
SELECT joinGet('devices', {column:String}, toUInt32(1)) FROM numbers(1);

-- Where it can stand.
SELECT event_id, joinGet('devices', 'name', toUInt32(event_id)) AS n FROM events ORDER BY event_id;
SELECT event_id FROM events WHERE joinGet('devices', 'name', toUInt32(event_id)) = 'two' ORDER BY event_id;
SELECT joinGet(devices, 'name', toUInt32(number)) AS k, count() FROM numbers(10) GROUP BY k ORDER BY k;
SELECT joinGet(devices, 'name', toUInt32(number % 4)), count() FROM numbers(10) GROUP BY joinGet(devices, 'name', toUInt32(number % 4)) ORDER BY 1;
SELECT joinGet('devices', 'name', id) AS n, count() FROM (SELECT toUInt32(arrayJoin([1, 2, 3, 3])) AS id) GROUP BY id ORDER BY id;
SELECT joinGet('devices', 'name', id) AS n, count() FROM (SELECT toUInt32(arrayJoin([1, 2, 3, 3])) AS id) GROUP BY n WITH ROLLUP ORDER BY n, 2;
SELECT joinGet('devices', 'name', id) AS n, count() FROM (SELECT toUInt32(arrayJoin([1, 2, 3, 3])) AS id) GROUP BY n WITH TOTALS ORDER BY n;
SELECT id, count() FROM (SELECT toUInt32(arrayJoin([1, 2, 3, 3])) AS id) GROUP BY id HAVING joinGet('devices', 'score', id) > 10 ORDER BY id;
SELECT sum(length(joinGet(devices, 'name', toUInt32(number)))), uniqExact(joinGet(devices, 'name', toUInt32(number))) FROM numbers(10);
SELECT sum(joinGet('devices', 'price', toUInt32(number)) * 2), avg(joinGet('devices', 'score', toUInt32(number)) + 1) FROM numbers(10);
SELECT joinGet(devices, 'name', toUInt32(max(number))) FROM numbers(3);
SELECT number % 2 AS k, joinGet(devices, 'name', toUInt32(max(number))) FROM numbers(4) GROUP BY k ORDER BY k;
SELECT countIf(joinGet(devices, 'name', toUInt32(number)) = 'one') FROM numbers(4);
SELECT number, sum(joinGet(devices, 'price', toUInt32(number))) OVER (ORDER BY number) FROM numbers(4);
SELECT number FROM numbers(5) ORDER BY joinGet(devices, 'name', toUInt32(number)) DESC, number;
SELECT joinGet(devices, 'name', toUInt32(arrayJoin([1, 2, 7])));
SELECT arrayJoin(joinGet(devices, 'tags', toUInt32(number))) FROM numbers(4);
SELECT x FROM (SELECT toUInt32(3) AS id) ARRAY JOIN joinGet(devices, 'tags', id) AS x;
-- state: differs here any join with a Join is one with its rows
SELECT a.number, b.name FROM numbers(4) AS a INNER JOIN members AS b ON b.id = a.number AND joinGet('devices', 'name', toUInt32(a.number)) != '' ORDER BY 1, 2;
SELECT joinGet('devices', 'name', joinGet('devices', 'id2', toUInt32(1)));
SELECT joinGet('prices', 'price', joinGet('devices', 'code', toUInt32(1)), toUInt64(1));
WITH 7 AS devices SELECT joinGet('devices', 'name', toUInt32(1));
WITH toUInt32(2) AS k SELECT joinGet('devices', 'name', k), joinGet('devices', 'score', k);
SELECT (SELECT joinGet('devices', 'name', toUInt32(max(id))) FROM members);
SELECT joinGet('devices', 'name', id) FROM devices ORDER BY id;
SELECT if(joinGet('devices', 'name', toUInt32(number)) = '', 'none', joinGet('devices', 'name', toUInt32(number))) FROM numbers(4);
SELECT coalesce(joinGetOrNull('devices', 'name', toUInt32(number)), 'none') FROM numbers(5);
SELECT DISTINCT joinGet('devices', 'code', toUInt32(number)) AS c FROM numbers(5) ORDER BY c;
SELECT joinGet('devices', 'name', toUInt32(1)) UNION ALL SELECT joinGet('devices', 'name', toUInt32(2));

-- state: refused DuckDB takes no subqueries inside of lambdas
SELECT arrayMap(x -> joinGet('devices', 'name', toUInt32(x)), [1, 2, 3, 4]);
-- state: refused a key of a window function
SELECT joinGet(devices, 'name', toUInt32(row_number() OVER (ORDER BY number))) FROM numbers(3);
-- state: refused the name of a table must be written in the query
WITH 'devices' AS t SELECT joinGet(t, 'name', toUInt32(2));

-- What ClickHouse refuses.
SELECT joinGet('devices', 'name', 1);
SELECT joinGet('devices', 'name', '1');
SELECT joinGet('devices', 'name', NULL);
SELECT joinGet('devices', 'id', toUInt32(1));
SELECT joinGet('devices', 'nope', toUInt32(1));
SELECT joinGet('nope', 'name', toUInt32(1));
SELECT joinGet('events', 'page_url', toUInt32(1));
SELECT joinGet('devices', 'name');
SELECT joinGet('devices', 'name', toUInt32(1), toUInt32(2));
SELECT joinGet('members', 'name', toUInt32(1));
SELECT joinGet('owners', 'name', toUInt32(1));
SELECT joinGet('prices', 'price', toUInt64(1), 'a');
SELECT joinget('devices', 'name', toUInt32(1));
