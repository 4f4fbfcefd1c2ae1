"""A client in TypeScript, for browsers, Node, Deno and Bun."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from tinylite.server.typed.endpoints import Endpoint, Parameter, Schema, alternatives, endpoints_of

# Of an object, or what makes `await` take it for a promise.
_RESERVED = ("constructor", "then", "toString", "valueOf", "hasOwnProperty", "toLocaleString", "isPrototypeOf")


def typescript(document: Schema) -> str:
    """A module."""
    endpoints = endpoints_of(document, _RESERVED)
    parts = {
        "TYPES": "\n".join(line for endpoint in endpoints for line in _types(endpoint)),
        "METHODS": "\n\n".join(_method(endpoint) for endpoint in endpoints),
    }
    return re.sub(r"\$(TYPES|METHODS)", lambda slot: parts[slot[1]], _MODULE)


def _types(endpoint: Endpoint) -> Iterator[str]:
    if endpoint.parameters:
        yield f"/** What {_comment(endpoint.name)} takes. */"
        yield f"export interface {endpoint.type}Parameters {{"
        for parameter in endpoint.parameters:
            if parameter.doc:
                yield f"  /** {_comment(parameter.doc)} */"
            yield f"  {_key(parameter.name)}{'' if parameter.required else '?'}: {_taken(parameter)};"
        yield "}\n"
    yield f"/** A row of {_comment(endpoint.name)}. */"
    if endpoint.columns is None:
        yield f"export type {endpoint.type}Row = Record<string, unknown>;\n"
        return
    yield f"export interface {endpoint.type}Row {{"
    for name, schema in endpoint.columns.items():
        yield f"  /** {_comment(str(schema.get('x-type', '')))} */"
        yield f"  {_key(name)}: {_type(schema)};"
    yield "}\n"


def _method(endpoint: Endpoint) -> str:
    doc = f"  /** {_comment(endpoint.doc)} */\n" if endpoint.doc else ""
    answer = f"Promise<Answer<{endpoint.type}Row>>"
    name = json.dumps(endpoint.name)
    if not endpoint.parameters:
        return f"{doc}  {endpoint.method}(): {answer} {{\n    return this.#ask({name}, {{}});\n  }}"
    default = "" if endpoint.is_needy else " = {}"
    return (
        f"{doc}  {endpoint.method}(parameters: {endpoint.type}Parameters{default}): {answer} {{\n"
        f"    return this.#ask({name}, {{ ...parameters }});\n  }}"
    )


def _taken(parameter: Parameter) -> str:
    """What a caller gives: also lists that can't be changed, and integers beyond those of a number."""
    schema = parameter.schema
    if schema.get("type") == "array":
        return f"readonly ({_given(schema['items'])})[]"
    return _given(schema)


def _given(schema: Schema) -> str:
    return f"{_type(schema)} | bigint" if schema.get("type") == "integer" and "enum" not in schema else _type(schema)


def _type(schema: Schema) -> str:
    kind, is_nullable = alternatives(schema)
    if is_nullable:
        return f"{_type({**schema, 'type': kind})} | null"
    if "enum" in schema:
        return " | ".join(json.dumps(choice) for choice in schema["enum"])
    match kind:
        case "integer" | "number":
            return "number"
        case "string" | "boolean":
            return kind
        case "array":
            if "prefixItems" in schema:
                return f"[{', '.join(_type(item) for item in schema['prefixItems'])}]"
            return f"({_type(schema['items'])})[]"
        case "object" if "additionalProperties" in schema:
            return f"Record<string, {_type(schema['additionalProperties'])}>"
        case "object" if "properties" in schema:
            return f"{{ {'; '.join(f'{_key(name)}: {_type(each)}' for name, each in schema['properties'].items())} }}"
    return "unknown"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) else json.dumps(name)


def _comment(text: str) -> str:
    return " ".join(text.split()).replace("*/", "* /")


_MODULE = r"""// Made by `tinylite client ts`; make it again when the endpoints change. It needs nothing but fetch.

export interface Answer<Row> {
  meta: { name: string; type: string }[];
  data: Row[];
  rows: number;
  rows_before_limit_at_least?: number;
  statistics: { elapsed: number; rows_read: number; bytes_read: number };
}

/** What the server refused, in its words, with HTTP's status. */
export class RequestError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "RequestError";
    this.status = status;
  }
}

export interface Options {
  /** Where the server is: https://analytics.example.com */
  url: string;
  token: string;
  /** Instead of the global fetch. */
  fetch?: typeof globalThis.fetch;
}

$TYPES
export class Client {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

$METHODS

  async #ask<Row>(name: string, parameters: Record<string, unknown>): Promise<Answer<Row>> {
    const { url, token, fetch = globalThis.fetch } = this.#options;
    const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null);
    const headers: Record<string, string> = { authorization: `Bearer ${token}` };
    let address = `${url.replace(/\/+$/, "")}/v0/pipes/${encodeURIComponent(name)}.json`;
    let body: string | undefined;
    if (given.some(([, value]) => Array.isArray(value))) {
      // In an address a comma parts items, and an empty list can't be told.
      const text = (value: unknown): unknown => (Array.isArray(value) ? value.map(text) : String(value));
      body = JSON.stringify(Object.fromEntries(given.map(([key, value]) => [key, text(value)])));
      headers["content-type"] = "application/json";
    } else if (given.length) {
      address += `?${new URLSearchParams(given.map(([key, value]) => [key, String(value)]))}`;
    }
    const response = await fetch(address, body === undefined ? { headers } : { method: "POST", headers, body });
    const answer = await response.text();
    if (!response.ok) throw new RequestError(response.status, reason(answer));
    return exactly<Row>(answer);
  }
}

function reason(answer: string): string {
  try {
    return String((JSON.parse(answer) as { error?: unknown }).error ?? answer);
  } catch {
    return answer;
  }
}

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
const LONG = "\u0000";

/** As JSON.parse, which rounds integers beyond 2^53 and long decimals without a word: here they are a RangeError. */
function exactly<Row>(text: string): Answer<Row> {
  let isLong = false;
  const marked = text.replace(STRING_OR_NUMBER, (found) => {
    if (found[0] === '"' || found.replace(/\D/g, "").length <= 15 || String(Number(found)) === found) return found;
    isLong = true;
    return `"\\u0000${found}"`;
  });
  const answer = JSON.parse(marked) as Answer<Row>;
  if (isLong) {
    for (const { name, type } of answer.meta) {
      const isFloat = /Float/.test(type) && !/Int|Decimal/.test(type);
      for (const row of answer.data as Record<string, unknown>[]) row[name] = unmarked(row[name], name, type, isFloat);
    }
  }
  return answer;
}

function unmarked(value: unknown, name: string, type: string, isFloat: boolean): unknown {
  if (typeof value === "string" && value.startsWith(LONG)) {
    const digits = value.slice(1);
    if (isFloat) return Number(digits);
    throw new RangeError(`${digits} of ${name} (${type}) is no exact number: use toString(${name}) in the endpoint`);
  }
  if (Array.isArray(value)) return value.map((each) => unmarked(each, name, type, isFloat));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, unmarked(each, name, type, isFloat)]));
  }
  return value;
}
"""
