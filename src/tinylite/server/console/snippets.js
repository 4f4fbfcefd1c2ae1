// Programs that ask the same. The token stays in the environment: what is copied holds none.

const inShell = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const literal = (text) => JSON.stringify(text);

export function snippets(url, values) {
  const pairs = [...values];
  const query = values.toString();
  const python = pairs.map(([name, value]) => `(${literal(name)}, ${literal(value)})`).join(", ");
  const script = pairs.map(([name, value]) => `[${literal(name)}, ${literal(value)}]`).join(", ");
  return {
    curl: [
      `curl -G -H "Authorization: Bearer $TOKEN"`,
      ...pairs.map(([name, value]) => `  --data-urlencode ${inShell(`${name}=${value}`)}`),
      `  ${inShell(url)}`,
    ].join(" \\\n"),
    Python: `import json
import os
from urllib.parse import urlencode
from urllib.request import Request, urlopen

${query ? `query = "?" + urlencode([${python}])` : `query = ""`}
headers = {"Authorization": "Bearer " + os.environ["TOKEN"]}
with urlopen(Request(${literal(url)} + query, headers=headers)) as answer:
    rows = json.load(answer)["data"]
for row in rows:
    print(row)`,
    JavaScript: `${query ? `const query = "?" + new URLSearchParams([${script}]);` : `const query = "";`}
const answer = await fetch(${literal(url)} + query, {
  headers: { authorization: \`Bearer \${process.env.TOKEN}\` },
});
if (!answer.ok) throw new Error((await answer.json()).error);
const { data } = await answer.json();
console.log(data);`,
  };
}
