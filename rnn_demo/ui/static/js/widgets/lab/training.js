// A training run in progress: how far it is, what the network says now, and its curves.

import { spanAxis } from "../../charts/axes.js";
import { lineChart } from "../../charts/line_chart.js";
import { setAddress } from "../../core/browser.js";
import { createNode, createSvg, redrawOnResize } from "../../core/dom.js";
import { count, duration, percent, shortNumber } from "../../core/text.js";
import { chartMenu } from "../../picture/charts.js";

const ATTEMPTS = 4; // to scroll to a run that begins: what is drawn above it meanwhile may move it away again

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
  if (data.link) {
    memory.link = data.link;
    setAddress(element, data.link);
    memory.attempts = ATTEMPTS;
  }
  if (memory.attempts > 0) {
    memory.attempts -= 1;
    if (!isInSight(element)) bringIntoView(element);
  }
  if (data.title) root.append(createNode("p", { class: "rnn-heading" }, data.title));
  if (data.settings)
    root.append(createNode("p", { class: "rnn-quiet lab-settings-said" }, `This run: ${data.settings}`));
  if (data.device) root.append(createNode("p", { class: "rnn-quiet" }, data.device));
  if (!data.step) return;
  if (data.steps) root.append(progress(data));
  if (data.judgement) root.append(judgement(data.judgement));
  root.append(sampleNode(data.sample ?? {}));
  memory.curves = data;
  if (!memory.charts) {
    memory.charts = redrawOnResize((room) => charts(memory.curves, room));
    const title = () => titleOf({ ...memory.curves, link: memory.link });
    memory.menu = chartMenu(memory.charts, { title, name: "training" });
  }
  root.append(memory.charts, memory.menu);
  if (memory.charts.clientWidth) memory.charts.replaceChildren(charts(data, memory.charts.clientWidth));
}

// The title of a saved picture: how far the run is, and of what.
const titleOf = ({ status, steps, epoch, epochs, step, link }) =>
  steps
    ? `Training${link?.recipe ? ` ${link.recipe}` : ""}: epoch ${epoch} of ${epochs}, step ${count(step)}`
    : status.split(". ")[0];

function isInSight(element) {
  const { top, height } = element.getBoundingClientRect?.() ?? { top: 0, height: 1 };
  return height > 0 && top >= 0 && top < globalThis.innerHeight * 0.7;
}

// A run that has begun where it cannot be seen, on a phone or under an open experiment, is scrolled to.
function bringIntoView(element) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
}

const judgement = ({ kind, sentence, epoch }) =>
  createNode("p", { class: `lab-judgement lab-${kind}`, role: "status", "data-epoch": epoch }, sentence);

const FORCED =
  "Teacher forcing: at every step it reads the true character. Free running: it reads its own last answer, as it " +
  "must when it writes, so one mistake leads to the next.";

function charts({ curves, step, unit = "step", kept, beside }, room) {
  const width = room >= 620 ? (room - 20) / 2 : room;
  const chart = (title, lines, axis) =>
    chartNode(Math.max(200, width), [unit, step], title, lines, { write: shortNumber, ...axis });
  const share = { low: 0, high: 1, write: percent },
    other = beside?.curves;
  const all = [
    chart("Loss", [
      [beside?.name, "lab-beside", other?.loss ?? []],
      ["training", "lab-training", curves.loss],
      ["validation", "lab-validation", curves.validation_loss, kept],
    ]),
    chart(
      "Accuracy",
      [
        [beside?.name, "lab-beside", other?.accuracy ?? []],
        ["training", "lab-training", curves.accuracy],
        ["validation", "lab-validation", curves.validation_accuracy, kept],
      ],
      share,
    ),
    chart(
      "Gradient norm",
      [
        [beside?.name, "lab-beside", other?.norm ?? []],
        ["", "lab-norm", curves.norm],
      ],
      { log: true },
    ),
  ];
  if (curves.free.length)
    all.push(
      chart("Loss by input", [
        ["teacher forcing", "lab-forced", curves.forced],
        ["free running", "lab-free", curves.free],
      ]),
    );
  const notes = [];
  if (other) notes.push(`Dashed grey, training: ${beside.name}.`);
  if (kept) notes.push("Ringed: the best epoch, whose weights are kept.");
  if (curves.free.length) notes.push(FORCED);
  return createNode(
    "div",
    { class: "lab-charts" },
    ...all.filter((node) => node),
    ...notes.map((note) => createNode("p", { class: "rnn-quiet lab-note" }, note)),
  );
}

function chartNode(width, [unit, last], title, lines, axis) {
  const nonEmpty = lines.filter(([, , points]) => points.length);
  if (!nonEmpty.length) return null;
  const names = nonEmpty.map(([name, kind, points]) =>
    kind === "lab-beside" ? "" : `${name} ${axis.write(points.at(-1)[1])}`.trim(),
  );
  const drawn = lineChart(width, {
    height: 166,
    margin: { left: 44, right: 10, top: 42, bottom: 22 },
    kind: "lab-chart",
    title,
    label: `${title}: ${names.filter(Boolean).join(", ")}`,
    x: { low: 0, high: Math.max(1, last), ticks: [[last, `${unit} ${count(last)}`, "end"]] },
    y: spanAxis(
      "",
      nonEmpty.flatMap(([, , points]) => points.map(([, value]) => value)),
      axis,
    ),
    lines: nonEmpty.map(([name, kind, points], k) =>
      kind === "lab-beside"
        ? { name, points, kind, dashed: true }
        : { name, points, kind, marks: "last", legend: names[k] },
    ),
  });
  for (const [, kind, points, kept] of nonEmpty) {
    const best = kept ? points.find(([step]) => step === kept) : null;
    const ring = best && { cx: drawn.x(kept), cy: drawn.y(best[1]), r: 6, class: `lab-kept ${kind}` };
    if (ring) drawn.front.append(createSvg("circle", ring));
  }
  return drawn.node;
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
  const rest = over ? duration(seconds) : `${left < 9.5 ? `${Math.max(1, Math.round(left))} s` : duration(left)} left`;
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
      heading(`It writes, after epoch ${sample.epoch} (temperature ${sample.temperature})`),
      createNode("pre", { class: "lab-written", translate: "no" }, createNode("b", {}, sample.start), sample.written),
    );
  if (!sample.tokens) return createNode("div", {});
  const last = sample.labels.at(-1),
    answers = sample.tokens.map((token, k) =>
      answerAfter(token, sample.labels[k], sample.shares[k], last, sample.attention?.[k]),
    );
  const notes = [];
  if (sample.labels.length > 1 && sample.labels[0] === null) notes.push(BOTH_WAYS);
  if (sample.attention) notes.push(ATTENTION);
  return createNode(
    "div",
    { class: "lab-said" },
    heading(`Its answer after each token, after epoch ${sample.epoch}`),
    createNode("ol", { class: "lab-reading" }, ...answers),
    ...notes.map((note) => createNode("p", { class: "rnn-quiet" }, note)),
    createNode("p", { class: "lab-answer" }, createNode("b", {}, last), ` ${percent(sample.shares.at(-1))} sure`),
  );
}

const BOTH_WAYS =
  "It answers only at the end: its second direction starts at the last token and has no state before it.";
const ATTENTION =
  "The bar over a token is its share of attention: how much of the answer is made from that step’s state.";

function answerAfter(token, label, share, last, weight) {
  const node = createNode("li", {});
  if (weight !== undefined) {
    const bar = { class: "lab-weight", style: `height:${(2 + 26 * weight).toFixed(1)}px`, title: percent(weight) };
    node.append(createNode("span", { class: "lab-weights" }, createNode("span", bar)));
  }
  node.append(createNode("span", { class: "rnn-token", translate: "no" }, token.trim() ? token : "␣"));
  if (label === null) return node;
  const look = {
    class: label === last ? "lab-thought lab-final" : "lab-thought",
    style: `opacity:${(0.45 + 0.55 * share).toFixed(2)}`,
  };
  node.append(createNode("span", { ...look, title: `${label} ${percent(share)}` }, label));
  return node;
}
