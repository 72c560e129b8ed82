// A file of texts: a progress bar, then the summary, the lines that were left out, and the first rows.

import { make } from "../core/dom.js";
import { count, percent } from "../core/text.js";

export function draw(root, data) {
  if (data.notice) root.append(make("p", { class: "rnn-notice", role: "status" }, data.notice));
  if (data.total) {
    root.append(
      make("p", { class: "rnn-quiet", role: "status" }, `${count(data.done)} of ${count(data.total)} texts read`),
      make("progress", { class: "rnn-progress", max: data.total, value: data.done, "aria-label": "texts read" }),
    );
  }
  if (data.summary) {
    root.append(facts(data.summary));
    if (data.summary.confusion) root.append(confusion(data.summary.confusion));
  }
  for (const remark of data.remarks ?? []) root.append(make("p", { class: "rnn-quiet" }, remark));
  if (data.skipped?.length) root.append(problems(data));
  if (data.rows)
    root.append(
      make(
        "h3",
        { class: "rnn-heading" },
        data.rows.length < data.summary.rows ? `The first ${data.rows.length} rows` : "All rows",
      ),
      table(data),
    );
}

const share = (p) => (100 * p).toFixed(1) + "%";

function facts({ rows, positive, labelled, accuracy, majority }) {
  const list = [
    ["texts", count(rows), ""],
    ["positive", count(positive), share(positive / rows)],
  ];
  if (labelled)
    list.push([
      "accuracy",
      share(accuracy),
      `on ${count(labelled)} labelled texts; majority baseline ${share(majority)}`,
    ]);
  return make(
    "dl",
    { class: "rnn-facts" },
    ...list.map(([name, value, more]) =>
      make("div", {}, make("dt", {}, name), make("dd", {}, value), make("small", {}, more)),
    ),
  );
}

function confusion(counts) {
  const names = ["negative", "positive"],
    most = Math.max(1, ...counts.flat());
  const head = make(
    "tr",
    {},
    make("th", {}, "label ↓ verdict →"),
    ...names.map((name) => make("th", { class: "rnn-number", scope: "col" }, name)),
  );
  const rows = counts.map((row, label) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, names[label]),
      ...row.map((n, verdict) => {
        const cell = make("td", { class: label === verdict ? "rnn-right" : "" }, count(n));
        cell.style.setProperty("--share", `${Math.round((30 * n) / most)}%`);
        return cell;
      }),
    ),
  );
  return make(
    "table",
    { class: "rnn-table rnn-confusion", "aria-label": "confusion matrix" },
    make("thead", {}, head),
    make("tbody", {}, ...rows),
  );
}

function problems({ skipped, left_out: all }) {
  const rest = all - skipped.length;
  return make(
    "section",
    {},
    make("h3", { class: "rnn-heading" }, `Left out: ${count(all)} ${all === 1 ? "line" : "lines"}`),
    make(
      "ul",
      { class: "rnn-problems" },
      ...skipped.map(([line, why]) => make("li", {}, `line ${count(line)}: ${why}`)),
      ...(rest ? [make("li", {}, `and ${count(rest)} more`)] : []),
    ),
  );
}

function table({ rows }) {
  const labelled = rows.some((row) => row.label);
  const head = ["line", "text", ...(labelled ? ["label"] : []), "verdict", "positive"];
  const body = rows.map((row) =>
    make(
      "tr",
      {},
      make("td", { class: "rnn-number" }, row.line),
      make("td", { class: "rnn-cell-text" }, row.text),
      ...(labelled ? [make("td", {}, row.label)] : []),
      make("td", { class: `rnn-${row.verdict}` }, row.verdict),
      make("td", { class: "rnn-number" }, percent(row.probability)),
    ),
  );
  return make(
    "div",
    { class: "rnn-scroll", tabindex: 0, role: "region", "aria-label": "the first rows" },
    make(
      "table",
      { class: "rnn-table" },
      make(
        "thead",
        {},
        make(
          "tr",
          {},
          ...head.map((name) =>
            make("th", { scope: "col", class: ["line", "positive"].includes(name) ? "rnn-number" : "" }, name),
          ),
        ),
      ),
      make("tbody", {}, ...body),
    ),
  );
}
