// A training run in progress: how far it is, what the network says now, and its curves.

import { spanAxis } from "../charts/axes.js";
import { lineChart } from "../charts/line_chart.js";
import { setAddress } from "../core/browser.js";
import { createNode, redrawOnResize } from "../core/dom.js";
import { count, percent, shortNumber, wholePercent } from "../core/text.js";
import { chartMenu } from "../picture/charts.js";

export function draw(root, data, { element, memory }) {
  for (const notice of data.notices ?? []) root.append(createNode("p", { class: "rnn-notice", role: "alert" }, notice));
  if (data.idle) root.append(createNode("p", { class: "lab-idle" }, data.idle));
  if (data.text)
    root.append(
      heading("It will learn to continue this text"),
      createNode("pre", { class: "lab-text", translate: "no" }, `${data.text} …`),
    );
  if (data.rows)
    root.append(heading(`It will learn from ${count(data.count)} examples like these`), examples(data.rows));
  if (data.status) root.append(createNode("p", { class: "lab-status", role: "status" }, data.status));
  if (data.link) setAddress(element, data.link);
  if (!data.step) return;
  root.append(progress(data), sampleNode(data.sample ?? {}));
  memory.curves = data;
  if (!memory.charts) {
    memory.charts = redrawOnResize((room) => charts(memory.curves, room));
    memory.menu = chartMenu(memory.charts, { title: () => titleOf(memory.curves), name: "training" });
  }
  root.append(memory.charts, memory.menu);
  if (memory.charts.clientWidth) memory.charts.replaceChildren(charts(data, memory.charts.clientWidth));
}

// The title of a saved picture: how far the run is, and of what.
const titleOf = ({ epoch, epochs, step, link }) =>
  `Training${link?.recipe ? ` ${link.recipe}` : ""}: epoch ${epoch} of ${epochs}, step ${count(step)}`;

function charts({ curves, step }, room) {
  const width = room >= 620 ? (room - 20) / 2 : room;
  const chart = (title, lines, axis) =>
    chartNode(Math.max(200, width), step, title, lines, { write: shortNumber, ...axis });
  const share = { low: 0, high: 1, write: wholePercent };
  const all = [
    chart("Loss", [
      ["training", "lab-learnt", curves.loss],
      ["validation", "lab-held", curves.validation_loss],
    ]),
    chart(
      "Accuracy",
      [
        ["training", "lab-learnt", curves.accuracy],
        ["validation", "lab-held", curves.validation_accuracy],
      ],
      share,
    ),
    chart("Gradient norm", [["", "lab-norm", curves.norm]], { log: true }),
  ];
  if (curves.free.length)
    all.push(
      chart("Loss by input", [
        ["teacher forcing", "lab-learnt", curves.forced],
        ["free running", "lab-free", curves.free],
      ]),
    );
  return createNode("div", { class: "lab-charts" }, ...all);
}

function chartNode(width, last, title, lines, axis) {
  const nonEmpty = lines.filter(([, , points]) => points.length);
  const names = nonEmpty.map(([name, , points]) => `${name} ${axis.write(points.at(-1)[1])}`);
  return lineChart(width, {
    height: 166,
    margin: { left: 44, right: 10, top: 42, bottom: 22 },
    kind: "lab-chart",
    title,
    label: `${title}: ${names.join(", ")}`,
    x: { low: 0, high: Math.max(1, last), ticks: [[last, `step ${count(last)}`, "end"]] },
    y: spanAxis(
      "",
      nonEmpty.flatMap(([, , points]) => points.map(([, value]) => value)),
      axis,
    ),
    lines: nonEmpty.map(([name, kind, points], k) => ({ name, points, kind, marks: "last", legend: names[k] })),
  }).node;
}

const heading = (text) => createNode("p", { class: "rnn-heading" }, text);

function examples(rows) {
  const cells = rows.map(([text, label]) =>
    createNode(
      "tr",
      {},
      createNode("td", { class: "rnn-cell-text", translate: "no" }, text),
      createNode("td", {}, label),
    ),
  );
  return createNode("table", { class: "rnn-table" }, createNode("tbody", {}, ...cells));
}

// The progress of the run, as a bar and in numbers.
function progress({ epoch, epochs, step, steps, left, tokens_per_second: speed, over, seconds }) {
  const rest = over ? `${seconds.toFixed(1)} s` : `${Math.round(left)} s left`;
  const share = Math.round((100 * step) / steps);
  const bar = createNode(
    "div",
    {
      class: "lab-bar",
      role: "progressbar",
      "aria-label": "training progress",
      "aria-valuemin": 0,
      "aria-valuemax": 100,
      "aria-valuenow": share,
    },
    createNode("span", { style: `width:${share}%` }),
  );
  const facts = [
    `epoch ${epoch} of ${epochs}`,
    `step ${count(step)} of ${count(steps)}`,
    `${count(Math.round(speed))} tokens per second`,
    rest,
  ];
  return createNode(
    "div",
    {},
    bar,
    createNode("p", { class: "lab-facts" }, ...facts.map((fact) => createNode("span", {}, fact))),
  );
}

// What the network says: a text that it writes, or its answer after each token.
function sampleNode(sample) {
  if (sample.written !== undefined)
    return createNode(
      "div",
      { class: "lab-said" },
      heading(`It writes (temperature ${sample.temperature})`),
      createNode("pre", { class: "lab-written", translate: "no" }, createNode("b", {}, sample.start), sample.written),
    );
  if (!sample.tokens) return createNode("div", {});
  const last = sample.labels.at(-1),
    answers = sample.tokens.map((token, k) => answerAfter(token, sample.labels[k], sample.shares[k], last));
  return createNode(
    "div",
    { class: "lab-said" },
    heading("Its answer after each token"),
    createNode("ol", { class: "lab-reading" }, ...answers),
    createNode("p", { class: "lab-answer" }, createNode("b", {}, last), ` ${percent(sample.shares.at(-1))} sure`),
  );
}

function answerAfter(token, label, share, last) {
  const word = createNode("span", { class: "rnn-token", translate: "no" }, token.trim() ? token : "␣");
  const node = createNode("li", {}, word);
  if (label === null) return node;
  const look = {
    class: label === last ? "lab-thought lab-final" : "lab-thought",
    style: `opacity:${(0.45 + 0.55 * share).toFixed(2)}`,
  };
  node.append(createNode("span", { ...look, title: `${label} ${percent(share)}` }, label));
  return node;
}
