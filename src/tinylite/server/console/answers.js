// The server's answers, with numbers as they were written: JavaScript's own would round those beyond 2^53.

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

// Numbers of more than 15 digits become texts of the same digits.
export function parse(text) {
  return JSON.parse(text.replace(STRING_OR_NUMBER, (found) =>
    found[0] === '"' || found.replace(/\D/g, "").length <= 15 ? found : `"${found}"`));
}

export async function ask(path, token, signal) {
  const started = performance.now();
  const response = await fetch(path, { headers: token ? { authorization: `Bearer ${token}` } : {}, signal, cache: "no-cache", credentials: "omit" });
  const text = await response.text();
  return { status: response.status, ok: response.ok, text, type: response.headers.get("content-type") ?? "", ms: performance.now() - started };
}

export function reason(answer) {
  try {
    return String(JSON.parse(answer.text).error ?? answer.text);
  } catch {
    return answer.text || `the server answered ${answer.status}`;
  }
}
