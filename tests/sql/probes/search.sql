-- each: on
-- LIKE, regular expressions, multiple search.
SELECT s LIKE '%a%', s LIKE 'a%', s LIKE '%a', s LIKE '_', s LIKE '', s LIKE '%', s LIKE '__%', s LIKE 'a,b%', s LIKE '100\\%%', s LIKE '%\\_%', s ILIKE 'HELLO%', s NOT LIKE '%a%', s NOT ILIKE '%A%', s LIKE '%\\\\%', s LIKE '%''s%' FROM texts ORDER BY id;
SELECT s ILIKE '%ÀÉ%', s ILIKE 'приВЕТ%', s ILIKE '%STRASSE%', s LIKE '日%', s LIKE '_本%', s LIKE '%(%', s LIKE '%.%', s LIKE 'a.b.c', s LIKE '%[%', s LIKE '%+%' FROM texts ORDER BY id;
SELECT like('abc', 'a%'), ilike('ABC', 'a%'), notLike('abc', 'a%'), notILike('abc', 'A%'), 'a\nb' LIKE 'a%b', 'abc' LIKE 'ABC', 'a%b' LIKE 'a\%b', 'axb' LIKE 'a\%b', 'a_b' LIKE 'a\_b', 'axb' LIKE 'a\_b', 'a\\b' LIKE 'a\\\\b', NULL LIKE 'a', 'a' LIKE NULL;
SELECT ns LIKE '%a%', ls LIKE '%a%', ns ILIKE 'A%', fs LIKE '00%', ns NOT LIKE '%a%' FROM texts ORDER BY id;
SELECT s LIKE ls, s LIKE concat('%', substring(ls, 1, 1), '%') FROM texts WHERE id IN (2, 3, 4) ORDER BY id;
SELECT count() FROM events WHERE page_url LIKE '%pricing%';
SELECT count() FROM events WHERE page_url ILIKE '%PRICING%' OR browser LIKE 'chr%';
SELECT count() FROM events WHERE country LIKE 'E%';
SELECT count() FROM events WHERE country NOT LIKE 'E%';
SELECT match(s, 'a'), match(s, '^a'), match(s, '[0-9]+'), match(s, '^$'), match(s, '(?i)hello'), match(s, '^\\d+$'), match(s, '\\s'), match(s, '日'), match(s, '^.$'), match(s, ''), match(s, '\\bWorld\\b'), match(ns, 'a'), match(s, '[[:alpha:]]+'), s REGEXP '^h' FROM texts ORDER BY id;
SELECT match('abc', 'b'), match('abc', '^b'), match('a.c', 'a\\.c'), match('a\nb', 'a.b'), match('ABC', '(?i)abc'), match('abc', 'a|z'), match('aaa', 'a{3}'), match('x', '[^x]'), NOT match('abc', 'b'), match(NULL, 'a');
SELECT match('abc', '(');
SELECT match('abc', 'a(?=b)');
SELECT multiMatchAny('abc', ['x', 'b']), multiMatchAnyIndex('abc', ['x', 'b']), multiMatchAllIndices('abc', ['a', 'b', 'x']);
SELECT extract('abc123def', '[0-9]+'), extract('abc', '[0-9]+'), extract('key=value', 'key=(\\w+)'), extract('2024-01-15', '(\\d+)-(\\d+)'), extract(s, '[0-9]+'), extract(s, '^(\\w)'), extract(ns, '[a-z]+') FROM texts ORDER BY id;
SELECT extractAll('a1b22c333', '[0-9]+'), extractAll('abc', '[0-9]+'), extractAll('k=v,k2=v2', '(\\w+)='), extractAll(s, '[a-z]+'), extractAll(s, '\\d'), extractAll('', 'a') FROM texts ORDER BY id;
SELECT extractAllGroups('k=v, k2=v2', '(\\w+)=(\\w+)'), extractAllGroupsVertical('k=v, k2=v2', '(\\w+)=(\\w+)'), extractAllGroupsHorizontal('k=v, k2=v2', '(\\w+)=(\\w+)'), extractGroups('2024-01-15', '(\\d+)-(\\d+)-(\\d+)'), extractAllGroups('x', '(\\d)(\\d)');
SELECT regexpExtract('100-200', '(\\d+)-(\\d+)', 1), regexpExtract('100-200', '(\\d+)-(\\d+)', 2), regexpExtract('100-200', '(\\d+)-(\\d+)', 0), regexpExtract('100-200', '(\\d+)-(\\d+)'), REGEXP_EXTRACT('abc', '(x)'), countMatches('foobar.com', 'o+'), countMatchesCaseInsensitive('AaBb', 'a'), REGEXP_MATCHES('abc', 'b');
SELECT replaceRegexpAll('a1b2', '[0-9]', '#'), replaceRegexpOne('a1b2', '[0-9]', '#'), replaceRegexpAll('hello', '(l+)', '<\\1>'), replaceRegexpAll('hello', 'l', '\\0\\0'), replaceRegexpOne('2024-01-15', '(\\d+)-(\\d+)-(\\d+)', '\\3/\\2/\\1'), replaceRegexpAll('abc', '', '-'), replaceRegexpAll('abc', '^', 'x'), REGEXP_REPLACE('a1b2', '[0-9]', ''), replaceRegexpAll(s, '[aeiou]', '*'), replaceRegexpAll(s, '\\s+', ' '), replaceRegexpOne(s, '^(.)', '[\\1]'), replaceRegexpAll(s, '[^a-zA-Z]', '') FROM texts ORDER BY id;
SELECT multiSearchAny('abc def', ['x', 'def']), multiSearchAny('abc', ['x']), multiSearchFirstIndex('abc', ['x', 'bc', 'a']), multiSearchFirstPosition('abc', ['c', 'b']), multiSearchAllPositions('abcabc', ['b', 'x', 'c']), multiSearchAnyCaseInsensitive('ABC', ['b']), multiSearchFirstIndexCaseInsensitive('ABC', ['x', 'b']), multiSearchAnyUTF8('日本', ['本']), multiSearchFirstIndexUTF8('日本', ['x', '本']), multiSearchAllPositionsUTF8('日本本', ['本', 'x']), multiSearchAnyCaseInsensitiveUTF8('ÀÉ', ['é']), multiSearchFirstPositionCaseInsensitive('ABC', ['c']), multiSearchFirstIndexCaseInsensitiveUTF8('ÀÉ', ['x', 'é']), multiSearchAllPositionsCaseInsensitive('aBab', ['b']);
SELECT multiSearchAny(s, ['a', 'x']), multiSearchFirstIndexUTF8(s, ['日', 'a']), multiSearchAnyCaseInsensitive(s, ['HELLO', '1']), multiSearchAllPositions(s, ['a', 'l']), multiSearchFirstIndexUTF8(upperUTF8(s), ['A', 'É']) FROM texts ORDER BY id;
SELECT multiFuzzyMatchAny('abc', 1, ['abd']), hasAnyTokens('hello world', ['world']), hasAllTokens('hello world', ['hello', 'world']);
