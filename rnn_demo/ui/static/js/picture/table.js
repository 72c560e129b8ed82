// The numbers of a picture as CSV, for a spreadsheet. Nothing here draws.

// Text that a spreadsheet might take for a formula gets an apostrophe before it, as in data/csv_files.py.
const FORMULA = /^(?:[\s\ufeff\u200b]*[=+\-@＝＋－＠]|[\t\r\n])/;

export const safeText = (text) => (text.trim().length > 1 && FORMULA.test(text) ? `'${text}` : text);

export function cell(value) {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const text = safeText(String(value ?? ""));
  return /[",;\r\n]/.test(text) || text !== text.trim() ? `"${text.replace(/"/g, '""')}"` : text;
}

export const csv = (rows) => rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";

// The points of line charts: a row for each, with the names of its chart and its line where there are several.
export function chartRows(charts) {
  const several = charts.length > 1;
  const areNamed = charts.some(({ lines }) => lines.length > 1 || lines.some(({ name }) => name));
  const [first] = charts;
  const head = [
    ...(several ? ["chart"] : []),
    ...(areNamed ? ["line"] : []),
    first.x || "x",
    several ? "value" : first.y,
  ];
  const rows = charts.flatMap(({ title, lines }) =>
    lines.flatMap(({ name, points }) =>
      points.map(([x, y]) => [...(several ? [title] : []), ...(areNamed ? [name ?? ""] : []), x, y]),
    ),
  );
  return [head, ...rows];
}

// A trace in the columns of `python -m rnn_demo trace --csv`: a row for each number of the cell's quantities.
export function traceRows(trace) {
  const rows = [["step", "token", "layer", "direction", "quantity", "unit", "value"]];
  for (const layer of trace.layers)
    for (const [name, { width, values }] of Object.entries(layer.quantities))
      values.forEach((value, k) => {
        const t = Math.floor(k / width);
        rows.push([t, trace.tokens[t], layer.layer, layer.direction, name, k % width, Number(value.toPrecision(9))]);
      });
  return rows;
}

// What a Plotly figure draws: a row for each point, or for each cell of a heat map. `traces` are `figure._fullData`;
// `x` and `y` are the names of the axes, `ticks` the labels of the whole numbers along x.
export function plotRows(traces, { x = "x", y = "y", ticks = new Map() }) {
  const text = (value) => (typeof value === "string" ? value.replace(/<[^>]*>/g, "") : value);
  const label = (one, k) => ticks.get(one.x?.[k] ?? k) ?? (Array.isArray(one.text) ? one.text[k] : "") ?? "";
  const [first] = traces;
  if (first?.z) {
    const cells = Array.from(first.z, (row, k) =>
      Array.from(row, (value, t) => [t + 1, text(ticks.get(t) ?? ""), first.customdata?.[k]?.[t] ?? k, value]),
    );
    return [["step", x, y, "value"], ...cells.flat()];
  }
  const visible = traces.filter(({ hoverinfo }) => hoverinfo !== "skip");
  const rows = visible.flatMap((one) =>
    Array.from(one.y ?? [], (value, k) => [
      one.showlegend === false ? "" : text(one.name ?? ""),
      one.x?.[k] ?? k,
      text(label(one, k)),
      value,
    ]),
  );
  const hasLabels = rows.some((row) => row[2] !== "");
  return [["line", x, "label", y], ...rows].map((row) => (hasLabels ? row : [row[0], row[1], row[3]]));
}
