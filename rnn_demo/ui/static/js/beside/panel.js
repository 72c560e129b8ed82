// The controls of networks beside each other: which ones, the twin of the text, the figure. Nothing here computes.

import { createNode } from "../core/dom.js";
import { count, percent, tokenText } from "../core/text.js";
import { FIGURES } from "./figure.js";
import { MOST } from "./view.js";

const button = (text, attributes, act) => {
  const node = createNode("button", { type: "button", ...attributes }, text);
  node.addEventListener("click", act);
  return node;
};

// The box with all its parts. `on` are what these do: choose(name), read(twin), ready(k), figure(name), label(name).
export function buildPanel(on) {
  const part = (kind, tag = "div", attributes = {}) => createNode(tag, { class: kind, ...attributes });
  const parts = {
    networks: part("bar beside-networks", "div", { role: "group", "aria-label": "Networks beside each other" }),
    twins: part("bar beside-twins", "div", { role: "group", "aria-label": "Twin of the text" }),
    changes: part("bar beside-changes", "div", { role: "group", "aria-label": "Change a word" }),
    note: part("note", "p", { role: "status" }),
    says: part("beside-says", "p", { "aria-live": "polite" }),
    fixed: part("beside-fixed"),
    scroller: part("beside-scroller", "div", { tabindex: 0, role: "group", "aria-label": "Rows of networks" }),
    figures: part("bar beside-figures", "div", { role: "group", "aria-label": "Figure" }),
    legend: part("legend beside-legend"),
  };
  const stage = createNode("div", { class: "beside-stage", translate: "no" }, parts.fixed, parts.scroller);
  const { networks, twins, changes, note, says, figures, legend } = parts;
  const box = createNode("section", { class: "beside-box", "aria-label": "Networks beside each other" });
  box.append(networks, twins, changes, note, says, stage, figures, legend);
  return { ...parts, box, ...buildTwin(twins, on) };
}

// The line for the twin: a text of one's own, or a ready pair.
function buildTwin(line, on) {
  const field = createNode("input", {
    type: "text",
    class: "beside-twin",
    "aria-label": "Twin of the text",
    placeholder: "the same text with a word changed",
    autocomplete: "off",
    spellcheck: "false",
  });
  const ready = createNode("select", { class: "beside-ready", "aria-label": "Ready twins" });
  const read = () => on.read(field.value);
  field.addEventListener("keydown", (event) => event.key === "Enter" && read());
  ready.addEventListener("change", () => ready.value !== "" && on.ready(Number(ready.value)));
  const end = button("No twin", { "data-do": "end-twin" }, () => on.read(""));
  line.append(createNode("span", {}, "Twin"), field, button("Read", { "data-do": "read-twin" }, read), ready, end);
  return { field, ready, end };
}

const scoreInWords = ({ accuracy, examples, test }) =>
  `${percent(accuracy, 1)} of ${count(examples)} examples right (${test}).`;

// The networks to choose from: the stepper's own one first, which stays; each with its colour once it is shown.
export function drawNetworks({ networks }, { own, others, chosen, colourOf, hasTwins }, on) {
  const chip = ({ name, title, about, score }, isOwn) => {
    const dot = createNode("i", { class: "beside-key", style: `--colour:${colourOf(name) ?? "transparent"}` }),
      isOn = isOwn || chosen.includes(name);
    const measured = score ? `${percent(score.accuracy, 1)} of ${count(score.examples)} test examples right` : "";
    const node = button("", { "aria-pressed": isOn, "data-network": name }, () => on.choose(name));
    node.title = score ? `${about}. ${scoreInWords(score)}` : about;
    node.append(dot, createNode("b", {}, title), createNode("span", { class: "beside-about" }, measured));
    node.disabled = isOwn;
    return node;
  };
  const all = [...(own ? [chip(own, true)] : []), ...others.map((one) => chip(one, false))];
  const many = others.length >= MOST ? [createNode("span", { class: "note" }, `${MOST} at most`)] : [];
  const twin = button("Twin sentence", { "aria-pressed": hasTwins, "data-do": "twins" }, on.twins),
    close = button("Close", { "data-do": "close-beside" }, on.close);
  networks.replaceChildren(createNode("span", {}, "Beside"), ...all, ...many, twin, close);
}

// The ready twins of a task; the chosen one stays chosen while it is shown.
export function drawReady({ ready }, twins, shown) {
  const options = twins.map(({ text, twin, shows }, k) =>
    createNode("option", { value: k }, `${shows}: ${text} / ${twin}`),
  );
  ready.replaceChildren(createNode("option", { value: "" }, "Ready twins …"), ...options);
  ready.value = shown < 0 ? "" : String(shown);
  ready.hidden = !twins.length;
}

// What the word at the present step may be changed to.
export function drawChanges({ changes }, token, proposals, on) {
  const chips = proposals.map(({ says, text }) => button(says, {}, () => on.read(text)));
  changes.hidden = !chips.length;
  changes.replaceChildren(createNode("span", {}, `In the twin, “${tokenText(token)}” becomes`), ...chips);
}

// The figures to choose from, and the answer in question.
export function drawFigures({ figures }, view, { figure, label }, menu, on) {
  const possible = Object.entries(FIGURES).filter(([, { fits }]) => fits(view));
  const buttons = possible.map(([name, { title }]) =>
    button(title, { "aria-pressed": name === figure, "data-figure": name }, () => on.figure(name)),
  );
  const labels = createNode(
    "select",
    { class: "beside-label", "aria-label": "Answer in question" },
    ...view.labels.map((name) => createNode("option", { value: name }, tokenText(name))),
  );
  labels.value = label;
  labels.hidden = figure !== "answers" || view.labels.length < 2;
  labels.addEventListener("change", () => on.label(labels.value));
  figures.replaceChildren(createNode("span", {}, "Compare"), ...buttons, labels, menu);
}
