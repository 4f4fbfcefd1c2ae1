"""Tokens that were made up, changed, or taken from somewhere else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable

import jwt
import pytest

from tests.hostile.conftest import OTHERS, Prey

READS = {"type": "PIPES:READ", "resource": "pages"}
LATER = 4_102_444_800
_CLAIMS = '{"exp": %s, "scopes": [{"type": "PIPES:READ", "resource": "pages"}]}'


def _part(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).rstrip(b"=").decode()


def _signed(key: str, header: object = None, digest: str = "sha256", **claims: object) -> str:
    """By hand: nothing of a library is in the way of nonsense."""
    body = {"exp": LATER, "scopes": [READS], **claims}
    message = f"{_part(header or {'alg': 'HS256', 'typ': 'JWT'})}.{_part(body)}"
    return f"{message}.{_raw(hmac.new(key.encode(), message.encode(), digest).digest())}"


def _raw(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _with_payload(key: str, payload: str) -> str:
    message = f"{_part({'alg': 'HS256'})}.{_part(payload)}"
    return f"{message}.{_raw(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest())}"


def _changed(token: str, place: int, to: str) -> str:
    parts = token.split(".")
    return ".".join([*parts[:place], to, *parts[place + 1 :]])


Forge = Callable[[str], str]
FORGED: dict[str, Forge] = {
    "no algorithm": lambda key: f"{_part({'alg': 'none'})}.{_part({'exp': LATER, 'scopes': [READS]})}.",
    "None": lambda key: f"{_part({'alg': 'None'})}.{_part({'exp': LATER, 'scopes': [READS]})}.",
    "NONE with a signature": lambda key: _signed(key, {"alg": "NONE"}),
    "no alg at all": lambda key: _signed(key, {"typ": "JWT"}),
    "null": lambda key: _signed(key, {"alg": None}),
    "a list of algorithms": lambda key: _signed(key, {"alg": ["HS256"]}),
    "an object": lambda key: _signed(key, {"alg": {"HS256": 1}}),
    "a number": lambda key: _signed(key, {"alg": 256}),
    "lower case": lambda key: _signed(key, {"alg": "hs256"}),
    "a blank behind": lambda key: _signed(key, {"alg": "HS256 "}),
    "HS384": lambda key: _signed(key, {"alg": "HS384"}, "sha384"),
    "HS512": lambda key: _signed(key, {"alg": "HS512"}, "sha512"),
    "RS256 by the key": lambda key: _signed(key, {"alg": "RS256"}),
    "ES256 by the key": lambda key: _signed(key, {"alg": "ES256"}),
    "EdDSA by the key": lambda key: _signed(key, {"alg": "EdDSA"}),
    "critical": lambda key: _signed(key, {"alg": "HS256", "crit": ["x"], "x": 1}),
    "unencoded": lambda key: _signed(key, {"alg": "HS256", "crit": ["b64"], "b64": False}),
    "a key of its own": lambda key: _signed("k", {"alg": "HS256", "jwk": {"kty": "oct", "k": _raw(b"k")}}),
    "a key from elsewhere": lambda key: _signed("k", {"alg": "HS256", "jku": "http://127.0.0.1:1/keys"}),
    "a key in a file": lambda key: _signed("", {"alg": "HS256", "kid": "../../../dev/null"}),
    "a key by SQL": lambda key: _signed("k", {"alg": "HS256", "kid": "' UNION SELECT 'k"}),
    "a kid that is none": lambda key: _signed(key, {"alg": "HS256", "kid": 1}),
    "another key": lambda key: _signed("some other key that is long enough"),
    "an empty key": lambda key: _signed(""),
    "half the key": lambda key: _signed(key[: len(key) // 2]),
    "the key in capitals": lambda key: _signed(key.upper()),
    "no signature": lambda key: _changed(_signed(key), 2, ""),
    "a short signature": lambda key: _signed(key)[:-4],
    "a long signature": lambda key: _signed(key) + "AAAA",
    "another's signature": lambda key: _changed(_signed(key), 2, _signed(key, name="other").split(".")[2]),
    "changed claims": lambda key: _changed(_signed(key), 1, _part({"exp": LATER, "scopes": [{"type": "ADMIN"}]})),
    "a changed header": lambda key: _changed(_signed(key), 0, _part({"alg": "HS256", "typ": "jwt"})),
    "expired": lambda key: _signed(key, exp=int(time.time()) - 1),
    "expired long ago": lambda key: _signed(key, exp=0),
    "expired before 1970": lambda key: _signed(key, exp=-LATER),
    "no end": lambda key: jwt.encode({"scopes": [READS]}, key, algorithm="HS256"),
    "null end": lambda key: _signed(key, exp=None),
    "a text as end": lambda key: _signed(key, exp="4102444800"),
    "true as end": lambda key: _signed(key, exp=True),
    "a list as end": lambda key: _signed(key, exp=[LATER]),
    "an object as end": lambda key: _signed(key, exp={"$gt": 0}),
    "no number as end": lambda key: _with_payload(key, _CLAIMS % "NaN"),
    "infinity as end": lambda key: _with_payload(key, _CLAIMS % "1e999"),
    "not yet": lambda key: _signed(key, nbf=LATER),
    "issued later": lambda key: _signed(key, iat=LATER),
    "another workspace": lambda key: _signed(key, workspace_id="00000000-0000-0000-0000-000000000000"),
    "no workspace's": lambda key: _signed(key, workspace_id=None),
    "an admin": lambda key: _signed(key, scopes=[{"type": "ADMIN"}]),
    "a keeper of tokens": lambda key: _signed(key, scopes=[{"type": "TOKENS"}]),
    "a reader of all": lambda key: _signed(key, scopes=[{"type": "WORKSPACE:READ_ALL"}]),
    "a maker": lambda key: _signed(key, scopes=[{"type": "DATASOURCES:CREATE"}]),
    "every pipe": lambda key: _signed(key, scopes=[{"type": "PIPES:READ", "resource": "*"}]),
    "a pattern": lambda key: _signed(key, scopes=[{"type": "PIPES:READ", "resource": "pag%"}]),
    "many resources": lambda key: _signed(key, scopes=[{"type": "PIPES:READ", "resource": ["pages"]}]),
    "no resource": lambda key: _signed(key, scopes=[{"type": "PIPES:READ"}]),
    "an unknown scope": lambda key: _signed(key, scopes=[{"type": "ROOT", "resource": "pages"}]),
    "a scope in lower case": lambda key: _signed(key, scopes=[{"type": "pipes:read", "resource": "pages"}]),
    "scopes as a text": lambda key: _signed(key, scopes="PIPES:READ:pages"),
    "a scope as a text": lambda key: _signed(key, scopes=["PIPES:READ:pages"]),
    "scopes as an object": lambda key: _signed(key, scopes=READS),
    "no scopes": lambda key: _signed(key, scopes=[]),
    "null scopes": lambda key: _signed(key, scopes=None),
    "fixed parameters as a text": lambda key: _signed(key, scopes=[{**READS, "fixed_params": "tenant=b"}]),
    "no rate": lambda key: _signed(key, limits={"rps": 0}),
    "a text as rate": lambda key: _signed(key, limits={"rps": "9"}),
    "true as rate": lambda key: _signed(key, limits={"rps": True}),
    "claims as a list": lambda key: _with_payload(key, "[]"),
    "claims as a text": lambda key: _with_payload(key, '"x"'),
    "claims that are no JSON": lambda key: _with_payload(key, "{"),
    "deep claims": lambda key: _with_payload(key, "[" * 50_000),
    "a deep header": lambda key: f"{_part('[' * 50_000)}.{_part({})}.{_raw(b'x')}",
    "a header that is no JSON": lambda key: f"{_part('{')}.{_part({})}.{_raw(b'x')}",
    "a part too few": lambda key: ".".join(_signed(key).split(".")[:2]),
    "a part too many": lambda key: _signed(key) + ".x",
    "five parts": lambda key: "a.b.c.d.e",
    "dots": lambda key: "..",
    "nothing between dots": lambda key: ". .",
    "the key itself with dots": lambda key: f"{key}..",
    "the key and more": lambda key: f"{key} ",
    "the key without its beginning": lambda key: key[2:],
    "a long text": lambda key: "x" * 100_000,
    "characters of all kinds": lambda key: "".join(map(chr, range(33, 127))),
}  # fmt: skip


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_a_forged_token_is_worth_nothing(prey: Prey, forge: Forge) -> None:
    token = forge(prey.client.admin)
    if token.strip() != prey.client.admin:  # a blank around a token is none of it
        for path in ("/v0/pipes/pages.json", "/v0/tokens", "/v0/datasources"):
            answer = prey.client.get(path, token=token)
            if answer.status == 200:  # a token that is right, and may see nothing here
                assert path == "/v0/datasources" and answer.json() == {"datasources": []}
            else:
                prey.check(answer, 403)
            assert token not in answer.text or len(token) < 10


def test_a_right_one_is_let_in(prey: Prey) -> None:
    """Else the others prove nothing."""
    token = _signed(prey.client.admin)
    prey.check(prey.client.get("/v0/pipes/pages.json", token=token), 200)


FILTERS = (
    "tenant = 'a' OR 1", "1) OR (1", "tenant = 'a') --", "tenant = 'a' UNION ALL SELECT * FROM hits",
    "tenant IN (SELECT word FROM other)", "tenant = (SELECT max(word) FROM other)", "(SELECT 1 FROM other)",
    "exists(SELECT 1 FROM other)", "tenant = getenv('x')", "tenant = {x:String}", "{{1}}", "nothing = 1", "tenant",
    "", " ", "1; DROP TABLE hits", "count() > 0", "sum(n) OVER () > 0", "arrayJoin([1, 0])", "tenant = 'a'\0",
)  # fmt: skip


@pytest.mark.parametrize("condition", FILTERS)
def test_a_filter_is_one_condition_on_the_rows(prey: Prey, condition: str) -> None:
    """Whoever signs it is trusted; it still reads no other table, and never makes a 500."""
    scope = {"type": "DATASOURCES:READ", "resource": "hits", "filter": condition}
    answer = prey.client.get("/v0/sql", token=_signed(prey.client.admin, scopes=[scope]), q="SELECT * FROM hits")
    prey.check(answer, 200, 400, 403)
    if "other" in condition or ";" in condition or "UNION" in condition or condition.startswith(")"):
        assert answer.status != 200


FIXED: tuple[dict[str, object], ...] = (
    {"tenant": "a"}, {"tenant": ["a"]}, {"tenant": "a' OR '1'='1"}, {"tenant": {"a": 1}}, {"tenant": True},
    {"tenant": 1},
    {"tenant": None}, {"tenant": ""}, {"tenant": "a\0"}, {"q": "SELECT 1 AS page"}, {"token": "x", "tenant": "a"},
)  # fmt: skip


@pytest.mark.parametrize("fixed", FIXED)
@pytest.mark.parametrize("asked", ["tenant=b", "tenant=a&tenant=b", "tenant[]=b&tenant=b", "%74enant=b", "tenant=%62"])
def test_a_fixed_parameter_stays_fixed(prey: Prey, fixed: dict[str, object], asked: str) -> None:
    token = _signed(prey.client.admin, scopes=[{**READS, "fixed_params": fixed}])
    body, form = asked.encode(), {"content-type": "application/x-www-form-urlencoded"}
    as_json = json.dumps({"tenant": "b", "q": "SELECT page FROM _"}).encode()
    for answer in (
        prey.client.ask("GET", "/v0/pipes/pages.json", asked, token=token),
        prey.client.ask("POST", "/v0/pipes/pages.json", "", body, form, token=token),
        prey.client.ask(
            "POST", "/v0/pipes/pages.json", asked, as_json, {"content-type": "application/json"}, token=token
        ),
        prey.client.ask("GET", "/v0/sql", f"{asked}&q=SELECT+page+FROM+pages", token=token),
        prey.client.ask("GET", "/v0/sql", f"{asked}&q=SELECT+page+FROM+_&pipeline=pages", token=token),
    ):
        prey.check(answer, 200, 400, 403)
        assert OTHERS not in answer.text or "tenant" not in fixed


def test_how_long_a_look_up_takes_does_not_depend_on_how_much_is_right(prey: Prey) -> None:
    """Tokens are found by their digests: no text is compared with another one."""
    tokens = prey.client.workspace.tokens
    assert tokens.find(prey.reader) is not None
    for length in range(len(prey.reader)):
        assert tokens.find(prey.reader[:length]) is None
    assert prey.reader not in repr(tokens.named("reader"))
