// Rows as lines over time, or bars by category.

import { h, svg } from "./dom.js";
import { isNumber } from "./table.js";

const WIDTH = 860, HEIGHT = 340, LEFT = 64, RIGHT = 14, TOP = 12, BOTTOM = 46;
const MOST_SERIES = 8, MOST_BARS = 40, MOST_POINTS = 5000;
const isTime = (type) => /^(Nullable\(|LowCardinality\()*Date/.test(type);

// A chart that can be changed: what goes across, what goes up, and by what it is split.
export function chart(meta, rows) {
  const numbers = meta.filter((column) => isNumber(column.type));
  if (!numbers.length || !rows.length) return h("p", { class: "note" }, rows.length ? "There is no column of numbers to draw." : "No rows.");
  const axis = meta.find((column) => isTime(column.type)) ?? meta.find((column) => !isNumber(column.type)) ?? meta[0];
  const upward = numbers.find((column) => column !== axis) ?? numbers[0];
  const isSplit = (column) => column !== axis && /String|Enum/.test(column.type) && new Set(rows.map((row) => row[column.name])).size <= MOST_SERIES;
  const split = isTime(axis.type) ? meta.find(isSplit) : undefined;
  const across = choice("Across", meta, axis), up = choice("Up", numbers, upward), by = choice("Split by", meta, split, "nothing");
  const place = h("div");
  const draw = () => place.replaceChildren(...drawn(rows, column(meta, across), column(meta, up), column(meta, by)));
  for (const [select] of [across, up, by]) select.addEventListener("change", draw);
  draw();
  return h("div", {}, h("div", { class: "choices" }, across[1], up[1], by[1]), place);
}

function choice(label, columns, chosen, none) {
  const select = h("select", {}, none ? h("option", { value: "" }, none) : null,
    columns.map((each) => h("option", { value: each.name, selected: each === chosen }, each.name)));
  return [select, h("label", {}, label, select)];
}

const column = (meta, [select]) => meta.find((each) => each.name === select.value);
const text = (value) => (value === null || value === undefined ? "null" : typeof value === "object" ? JSON.stringify(value) : String(value));

function drawn(rows, x, y, by) {
  const points = rows.filter((row) => row[y.name] !== null && row[x.name] !== null).slice(0, MOST_POINTS);
  if (!points.length) return [h("p", { class: "note" }, "Every value is null.")];
  const series = new Map();
  for (const row of points) {
    const name = by ? text(row[by.name]) : y.name;
    if (!series.has(name)) series.set(name, []);
    series.get(name).push({ x: row[x.name], y: Number(row[y.name]), shown: `${by ? `${name}, ` : ""}${text(row[x.name])}: ${text(row[y.name])}` });
  }
  const shown = [...series].slice(0, MOST_SERIES);
  const across = isTime(x.type) || isNumber(x.type) ? lines(shown, isTime(x.type)) : bars(shown);
  const label = `${y.name} by ${x.name}${by ? ` and ${by.name}` : ""}`;
  const picture = svg("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${label}. The table shows the same rows.` },
    across.grid, across.marks, svg("text", { x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 6, "text-anchor": "middle" }, x.name));
  const notes = [];
  if (series.size > MOST_SERIES) notes.push(`The first ${MOST_SERIES} of ${series.size} values of ${by.name}.`);
  if (across.left) notes.push(`The first ${MOST_BARS} of ${across.left} values of ${x.name}.`);
  if (rows.length > MOST_POINTS) notes.push(`The first ${MOST_POINTS} of ${rows.length} rows.`);
  return [picture, legend(shown), ...notes.map((note) => h("p", { class: "note" }, note))];
}

function legend(series) {
  return h("ul", { class: "legend" }, series.map(([name], index) =>
    h("li", { class: `s${index}` }, svg("svg", { viewBox: "0 0 12 12", "aria-hidden": "true" }, svg("rect", { class: "key", width: 12, height: 12, rx: 3 })), name)));
}

function lines(series, isOfTime) {
  const at = (value) => (isOfTime ? Date.parse(`${String(value).replace(" ", "T")}${/\d\d:\d\d/.test(value) ? "Z" : ""}`) : Number(value));
  const all = series.flatMap(([, points]) => points.map((point) => ({ x: at(point.x), y: point.y })));
  const [low, high] = bounds(all.map((point) => point.x));
  const up = upward(all.map((point) => point.y));
  const x = (value) => (high === low ? (LEFT + WIDTH - RIGHT) / 2 : LEFT + 12 + ((at(value) - low) / (high - low)) * (WIDTH - LEFT - RIGHT - 24));
  const marks = series.map(([, points], index) => {
    const sorted = [...points].sort((a, b) => at(a.x) - at(b.x));
    const path = sorted.map((point) => `${x(point.x).toFixed(1)},${up.y(point.y).toFixed(1)}`).join(" ");
    return svg("g", { class: `s${index}` }, svg("polyline", { class: "line", points: path }),
      sorted.map((point) => svg("circle", { class: "dot", cx: x(point.x).toFixed(1), cy: up.y(point.y).toFixed(1), r: sorted.length > 80 ? 2 : 3.5 }, svg("title", {}, point.shown))));
  });
  const distinct = [...new Map(series.flatMap(([, points]) => points.map((point) => [at(point.x), point.x]))).entries()].sort((a, b) => a[0] - b[0]);
  let free = 0;
  const labels = [];
  for (const value of distinct.map(([, each]) => String(each))) {
    const width = Math.min(value.length, 19) * 6.4 + 14;
    if (x(value) - width / 2 < free) continue;
    labels.push(tick(x(value), value));
    free = x(value) + width / 2;
  }
  return { grid: [up.grid, labels], marks };
}

function bars(series) {
  const every = [...new Set(series.flatMap(([, points]) => points.map((point) => text(point.x))))];
  const names = every.slice(0, MOST_BARS);
  const up = upward([0, ...series.flatMap(([, points]) => points.map((point) => point.y))]);
  const step = (WIDTH - LEFT - RIGHT) / names.length, width = Math.min(Math.max(1, (step * 0.76) / series.length), 64);
  const marks = series.map(([, points], index) => svg("g", { class: `s${index}` }, points.filter((point) => names.includes(text(point.x))).map((point) => {
    const left = LEFT + step * (names.indexOf(text(point.x)) + 0.5) + width * (index - series.length / 2);
    const top = Math.min(up.y(point.y), up.y(0));
    return svg("rect", { class: "bar", x: left.toFixed(1), y: top.toFixed(1), width: width.toFixed(1), height: Math.max(1, Math.abs(up.y(point.y) - up.y(0))).toFixed(1), rx: Math.min(3, width / 3) }, svg("title", {}, point.shown));
  })));
  const room = Math.floor(step / 6.6), skip = Math.ceil(names.length / 14);
  const labels = names.map((name, index) => (index % skip ? null : tick(LEFT + step * (index + 0.5), name, Math.max(3, room * skip))));
  return { grid: [up.grid, labels], marks, left: every.length > MOST_BARS ? every.length : 0 };
}

function tick(x, label, most = 19) {
  const short = label.length > most ? `${label.slice(0, most - 1)}…` : label;
  return svg("text", { x: x.toFixed(1), y: HEIGHT - BOTTOM + 18, "text-anchor": "middle" }, short, svg("title", {}, label));
}

function bounds(values) {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

// From zero, unless the values lie far from it; with lines at round numbers.
function upward(values) {
  let [low, high] = bounds(values);
  if (low > 0 && low < high * 0.8) low = 0;
  if (high < 0) high = 0;
  if (low === high) { low = Math.min(0, low); high = high === low ? low + 1 : high; }
  const rough = (high - low) / 5, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough);
  const bottom = Math.floor(low / step) * step, top = Math.ceil(high / step) * step;
  const y = (value) => HEIGHT - BOTTOM - ((value - bottom) / (top - bottom)) * (HEIGHT - TOP - BOTTOM);
  const count = Math.round((top - bottom) / step);
  const grid = Array.from({ length: count + 1 }, (_, index) => bottom + index * step).map((value) => [
    svg("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y(value).toFixed(1), y2: y(value).toFixed(1) }),
    svg("text", { x: LEFT - 8, y: (y(value) + 4).toFixed(1), "text-anchor": "end" }, new Intl.NumberFormat("en", { notation: Math.abs(top) >= 1e5 ? "compact" : "standard", maximumSignificantDigits: 6 }).format(value)),
  ]);
  return { y, grid: grid.flat() };
}
