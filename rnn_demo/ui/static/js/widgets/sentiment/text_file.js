// A file of texts: a progress bar, then the summary, the lines that were left out, and the first rows.

import { createNode } from "../../core/dom.js";
import { count, percent } from "../../core/text.js";

export function draw(root, data) {
  if (data.notice) root.append(createNode("p", { class: "rnn-notice", role: "status" }, data.notice));
  if (data.total) {
    root.append(
      createNode("p", { class: "rnn-quiet", role: "status" }, `${count(data.done)} of ${count(data.total)} texts read`),
      createNode("progress", { class: "rnn-progress", max: data.total, value: data.done, "aria-label": "texts read" }),
    );
  }
  if (data.summary) {
    root.append(facts(data.summary));
    if (data.summary.confusion) root.append(confusion(data.summary.confusion));
  }
  for (const remark of data.remarks ?? []) root.append(createNode("p", { class: "rnn-quiet" }, remark));
  if (data.skipped?.length) root.append(problems(data));
  if (data.rows)
    root.append(
      createNode(
        "h2",
        { class: "rnn-heading" },
        data.rows.length < data.summary.rows ? `The first ${data.rows.length} rows` : "All rows",
      ),
      table(data),
    );
}

function facts({ rows, positive, labelled, accuracy, majority }) {
  const list = [
    ["texts", count(rows), ""],
    ["positive", count(positive), percent(positive / rows, 1)],
  ];
  if (labelled)
    list.push([
      "accuracy",
      percent(accuracy, 1),
      `on ${count(labelled)} labelled texts; majority baseline ${percent(majority, 1)}`,
    ]);
  return createNode(
    "dl",
    { class: "rnn-facts" },
    ...list.map(([name, value, more]) =>
      createNode("div", {}, createNode("dt", {}, name), createNode("dd", {}, value), createNode("small", {}, more)),
    ),
  );
}

function confusion(counts) {
  const names = ["negative", "positive"],
    most = Math.max(1, ...counts.flat());
  const head = createNode(
    "tr",
    {},
    createNode("th", {}, "label ↓ verdict →"),
    ...names.map((name) => createNode("th", { class: "rnn-number", scope: "col" }, name)),
  );
  const rows = counts.map((row, label) =>
    createNode(
      "tr",
      {},
      createNode("th", { scope: "row" }, names[label]),
      ...row.map((n, verdict) => {
        const cell = createNode("td", { class: label === verdict ? "rnn-right" : "" }, count(n));
        cell.style.setProperty("--share", `${Math.round((30 * n) / most)}%`);
        return cell;
      }),
    ),
  );
  return createNode(
    "table",
    { class: "rnn-table rnn-confusion", "aria-label": "confusion matrix" },
    createNode("thead", {}, head),
    createNode("tbody", {}, ...rows),
  );
}

function problems({ skipped, left_out: all }) {
  const rest = all - skipped.length;
  return createNode(
    "section",
    {},
    createNode("h2", { class: "rnn-heading" }, `Left out: ${count(all)} ${all === 1 ? "line" : "lines"}`),
    createNode(
      "ul",
      { class: "rnn-problems" },
      ...skipped.map(([line, why]) => createNode("li", {}, `line ${count(line)}: ${why}`)),
      ...(rest ? [createNode("li", {}, `and ${count(rest)} more`)] : []),
    ),
  );
}

function table({ rows }) {
  const labelled = rows.some((row) => row.label);
  const head = ["line", "text", ...(labelled ? ["label"] : []), "verdict", "positive"];
  const body = rows.map((row) =>
    createNode(
      "tr",
      {},
      createNode("td", { class: "rnn-number" }, row.line),
      createNode("td", { class: "rnn-cell-text", translate: "no" }, row.text),
      ...(labelled ? [createNode("td", {}, row.label)] : []),
      createNode("td", { class: `rnn-${row.verdict}` }, row.verdict),
      createNode("td", { class: "rnn-number" }, percent(row.probability)),
    ),
  );
  return createNode(
    "div",
    { class: "rnn-scroll", tabindex: 0, role: "region", "aria-label": "the first rows" },
    createNode(
      "table",
      { class: "rnn-table" },
      createNode(
        "thead",
        {},
        createNode(
          "tr",
          {},
          ...head.map((name) =>
            createNode("th", { scope: "col", class: ["line", "positive"].includes(name) ? "rnn-number" : "" }, name),
          ),
        ),
      ),
      createNode("tbody", {}, ...body),
    ),
  );
}
