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
-- state: refused there is no search within an edit distance
SELECT multiFuzzyMatchAny('abc', 1, ['abd']);
-- state: refused it splits text as a text index does
SELECT hasAnyTokens('hello world', ['world']), hasAllTokens('hello world', ['hello', 'world']);
-- state: refused its hashes of n-grams are not known here
SELECT ngramDistance('hello', 'hallo'), ngramSearch('hello world', 'world');
SELECT position('abcabc', 'b', 3), position('abc', '', 1), position('abc', ''), position('abc', '', 4), position('abc', '', 5), positionUTF8('éaé', 'é', 2), position('abc', 'b', 0), position('abc', 'c', 10), locate('b', 'abc'), locate('abc', 'b'), positionCaseInsensitiveUTF8('ÀB', 'b'), positionCaseInsensitive('É', 'é'), positionCaseInsensitive('aÉB', 'b'), position('éb', 'b', 3), position(s, 'l', 2), position(s, ls), positionUTF8(s, '本'), position(ns, 'a'), locate('l', s, 2), positionCaseInsensitiveUTF8(s, 'É') FROM texts ORDER BY id;
SELECT position('a' IN 'ba'), POSITION('b' IN s) FROM texts ORDER BY id;
SELECT multiSearchAny('abc', ['']), multiSearchAllPositions('abc', ['']), multiSearchFirstIndex('abc', ['', 'a']), multiSearchAllPositions('éa', ['a']), multiSearchAllPositionsUTF8('éa', ['a']), multiSearchFirstPositionUTF8('éab', ['b', 'a']), multiSearchFirstPosition('abc', ['x']), multiSearchFirstIndex('abc', ['x']), multiSearchAnyCaseInsensitive('É', ['é']), multiSearchAllPositionsCaseInsensitiveUTF8('aÉ', ['é']), multiSearchFirstPositionCaseInsensitiveUTF8('aÉb', ['B', 'é']);
SELECT multiSearchAny('abc', []);
SELECT multiSearchAny(s, splitByChar(' ', ls)), multiSearchFirstIndex(s, [ls, 'a']), multiSearchAny(ns, ['a']), multiSearchAllPositions(ns, ['a']) FROM texts WHERE ls != '' ORDER BY id;
SELECT multiMatchAny(s, ['^h', 'a$']), multiMatchAllIndices(s, ['^h', 'a$', 'l']), multiMatchAny(ns, ['a']), multiMatchAnyIndex('abc', ['x', 'y']), multiMatchAnyIndex('abc', ['x', '^a']) FROM texts ORDER BY id;
SELECT extract('abc', 'b|(c)'), extract('abc', ''), extractAll('abc', ''), extractAll('aXbX', '(a)|(b)'), extractAll('abcabc', '(b)(c)'), extractAllGroupsVertical('abc', '(b)|(x)'), extractGroups('abc', 'x(b)'), extractGroups('abc', '(a)(x)?'), extract('a(b)', '\\(b'), extract('a(b)', '[(](.)'), extract('abc', '(?:b)c'), extract('abc', '(?P<x>b)c'), extractAll('baab', 'a*'), extractAll('a\nb', '.+'), extract(NULL, 'a'), extractAllGroupsHorizontal('abc', '(x)'), extractAllGroupsHorizontal('aXbX', '(a)|(b)');
SELECT extractAllGroups('abc', 'b');
SELECT extractGroups('abc', 'b');
SELECT regexpExtract('abc', '(b)', 2);
SELECT extractAll(ns, '[a-z]'), extractGroups(ns, '(.)'), extractAllGroupsVertical(s, '(l)(.)'), extractAllGroupsHorizontal(s, '(l)(.)') FROM texts ORDER BY id;
SELECT regexpExtract('abc', 'b'), regexpExtract('abc', '(b)(c)'), regexpExtract('abc', 'x(c)'), regexpExtract('abc', '(b)', 0), regexpExtract(ns, '(a)', 1) FROM texts ORDER BY id;
SELECT regexpQuoteMeta('a.b*c\\d-e"\'[]()/#é{}|^$?+:,@!~<>=&%'), countMatches('aaa', 'a*'), countMatches('abc', ''), countMatches('foobar', 'o'), countMatches('aXbX', '(a)(b)?'), countMatches('aXa', 'x'), countMatchesCaseInsensitive('aXa', 'x'), countMatches('baab', 'a*');
SELECT countSubstrings('aaaa', 'aa'), countSubstrings('abc', ''), countSubstrings('aba', 'a', 2), countSubstringsCaseInsensitive('AbA', 'a'), countSubstringsCaseInsensitiveUTF8('ÉéA', 'é'), countSubstrings(s, 'l'), countSubstrings(s, ls), countSubstrings(ns, 'a') FROM texts ORDER BY id;
SELECT hasToken('hello world', 'world'), hasToken('hello_world', 'world'), hasTokenCaseInsensitive('Hello', 'hello'), hasTokenOrNull('a', 'b'), hasTokenOrNull('a b', 'a b'), hasToken('a,b-c', 'b'), hasToken('éa b', 'a'), hasTokenCaseInsensitiveOrNull('A', 'a,'), hasToken('日本 x', '日本'), hasToken('abab', 'ab'), hasToken(s, 'World'), hasToken(ns, 'a') FROM texts ORDER BY id;
SELECT hasToken('a b', 'a b');
SELECT hasSubsequence('abcde', 'ace'), hasSubsequence('abc', 'ca'), hasSubsequence('abc', ''), hasSubsequenceCaseInsensitive('ABC', 'ac'), hasSubsequenceUTF8('éaé', 'éé'), hasSubsequenceCaseInsensitiveUTF8('É', 'é'), hasSubsequence(s, 'hl'), hasSubsequence(s, ls), hasSubsequence('a.c', '.c'), hasSubsequence('a\nc', 'ac') FROM texts ORDER BY id;
SELECT replaceRegexpAll('abc', 'b', '\\\\'), replaceRegexpAll('abc', 'b', '$1'), replaceRegexpAll('abc', '(b)', '[\\1\\0]'), replaceRegexpOne('abc', 'x', 'y'), replaceRegexpAll('a\nb', '^', '>'), replaceRegexpAll('abcb', 'b$', 'x'), replaceRegexpAll('hello', '$', '!'), replaceRegexpOne('abc', '', '-'), replaceAll('abc', '', 'x'), replaceOne('abc', '', 'x'), replaceAll('aaa', 'aa', 'b'), replaceRegexpAll('abc', '^a', ''), replaceRegexpAll('a  b', '\\s*', ''), replaceRegexpAll('a\nb', 'a.b', 'x'), replaceRegexpAll(s, ls, '-'), replaceRegexpAll(ns, '.', '#'), replaceRegexpAll('aaa', '^a', 'b'), replaceRegexpAll('aXbX', '(?i)x', '-') FROM texts WHERE id < 5 ORDER BY id;
SELECT replaceRegexpAll('abc', 'b', '\\2');
-- state: refused a pattern that matches the empty text is replaced at other places than in ClickHouse
SELECT replaceRegexpAll('aXbX', '[a-z]*', '-'), replaceRegexpAll('aaa', 'a*', 'x');
SELECT match('a\nb', 'a.b'), match('a\nb', '^b'), match('a\nb', '(?m)^b'), match('ABC', '(?i)abc'), extract('a\nb', 'a.b'), match('é', '^.$'), match('é', '^..$'), match('abc', '\\d'), match('a.b', 'a\\.b'), match('x', 'x{2,}'), match('', '^$'), match(s, ls), match('ab', '(?-s)a.'), match('a\nb', '(?-s)a.b'), match('тест', '\\w+'), match('a', '\\pL'), match('É', '(?i)é') FROM texts WHERE id < 3 ORDER BY id;
SELECT match('abc', '[');
SELECT '\\' LIKE '\\\\', 'a%' LIKE 'a\\%', 'ab' LIKE 'a\\b', 'a\\b' LIKE 'a\\b', 'É' ILIKE 'é', 'a\nb' LIKE 'a_b', 'x' LIKE '', '' LIKE '%', 'ab' REGEXP 'b', 'a.b' LIKE 'a.b', 'axb' LIKE 'a.b', 'É' LIKE '_', 'a' ILIKE 'A', notILike('a', 'A'), 'ab' NOT ILIKE 'A%';
SELECT 'a' LIKE 'a\\';
SELECT countIf(match(page_url, 'pricing|docs')), uniq(extract(page_url, '/([a-z]+)')), groupUniqArray(extract(page_url, 'nothing')) FROM events;
SELECT extract(page_url, '/([a-z]+)') AS section, count() FROM events GROUP BY section ORDER BY section;
