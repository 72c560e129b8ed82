import assert from "node:assert/strict";
import { test } from "node:test";
import { fittedLayout, fittedTitle, titleChanges, titleParts } from "../../../rnn_demo/ui/static/js/charts/titles.js";
import { draw } from "../../../rnn_demo/ui/static/js/widgets/lab/film.js";
import { Node, install } from "../dom.mjs";

install();
const TITLE =
  "<b>After 20 steps 0.0002% of the</b><br><b>gradient is left in the RNN, 98% in the GRU.</b><br><sup>recall “g” from “gzz?”</sup>";

test("a title is laid into lines that fit, and keeps its words whatever the width", () => {
  const narrow = fittedTitle(TITLE, 340, 16),
    wide = fittedTitle(TITLE, 1200, 16);
  assert.ok(narrow.split("<br>").length > wide.split("<br>").length);
  assert.equal(wide.split("<br>").length, 2);
  for (const line of narrow.split("<br>"))
    assert.ok(line.replace(/<[^>]*>/g, "").length * 16 * (line.startsWith("<span") ? 0.42 : 0.55) < 340, line);
  assert.equal(fittedTitle(narrow, 1200, 16), wide);
  assert.deepEqual(titleParts(narrow), titleParts(TITLE));
  assert.equal(fittedTitle("one line", 800, 16), "one line");
});

test("the plot makes room for the lines of its title, once", () => {
  const layout = { title: { text: TITLE }, margin: { t: 90 } },
    full = { title: { font: { size: 16 } } };
  const narrow = titleChanges(layout, full, 340, 400),
    wide = titleChanges(layout, full, 1200, 400);
  assert.ok(narrow["margin.t"] > wide["margin.t"]);
  assert.equal(narrow.height - narrow["margin.t"], wide.height - wide["margin.t"], "the plot is as high as before");
  const changed = { title: { text: narrow["title.text"] }, margin: { t: narrow["margin.t"] } };
  assert.deepEqual(titleChanges(changed, full, 340, 400), {});
  const frames = ["short", TITLE].map((title) => ({ title }));
  const film = titleChanges({ title: { text: "short" }, margin: { t: 90 }, meta: { frames } }, full, 340, 400);
  assert.equal(film["margin.t"], narrow["margin.t"], "a film keeps room for its longest title");
  assert.deepEqual(titleChanges({ title: {} }, full, 340, 400), {});
});

test("a layout is fitted before it is drawn, and drawing it changes nothing", () => {
  const template = { layout: { title: { font: { size: 16 } }, margin: { l: 60, t: 70 } } };
  const layout = { title: { text: TITLE }, template, height: 470, xaxis: {} };
  const [fitted, below] = fittedLayout(layout, 340);
  assert.equal(below, 400);
  assert.equal(fitted.height, below + fitted.margin.t);
  assert.equal(fitted.width, 340);
  assert.equal(fitted.title.text, fittedTitle(TITLE, 340, 16));
  assert.deepEqual(titleParts(fitted.title.text), titleParts(TITLE));
  assert.deepEqual(titleChanges(fitted, { title: { font: { size: 16 } } }, 340, below), {});
  assert.equal(layout.title.text, TITLE, "what was given is left as it is");
  const [untitled] = fittedLayout({ height: 300, margin: { t: 20 } }, 340);
  assert.deepEqual([untitled.height, untitled.margin.t], [300, 20]);
});

function filmOf(epochs) {
  const frames = Array.from({ length: epochs + 1 }, (_, epoch) => ({ epoch, title: `t${epoch}`, lines: [[epoch]] }));
  const shown = [];
  globalThis.window = { Plotly: true };
  globalThis.Plotly = { update: async (_, { y }) => shown.push(y[0][0]) };
  document.querySelector = () => ({ layout: { meta: { frames } } });
  const root = new Node();
  draw(root, { figure: "#a", epochs }, { memory: {} });
  const named = (tag) => root.all().find((node) => node.tag === tag);
  return { shown, play: named("button"), slider: named("input"), moment: named("output") };
}

test("a film plays epoch by epoch, pauses where it is, and goes on from where its slider stands", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const settle = async () => {
    for (let k = 0; k < 20; k++) await Promise.resolve();
  };
  const { shown, play, slider, moment } = filmOf(3);
  assert.equal(moment.textContent, "before training");
  play.send("click");
  await settle();
  assert.equal(play.textContent, "Pause");
  t.mock.timers.tick(700);
  await settle();
  assert.deepEqual(shown, [0, 1]);
  assert.equal(moment.textContent, "after epoch 1");
  play.send("click");
  t.mock.timers.tick(5000);
  await settle();
  assert.deepEqual(shown, [0, 1], "paused");
  assert.equal(play.textContent, "Play its training");
  slider.value = "3";
  slider.send("input");
  await settle();
  assert.equal(moment.textContent, "after epoch 3");
  assert.equal(shown.at(-1), 3);
  assert.equal(play.textContent, "Play it again");
  play.send("click");
  for (let k = 0; k < 4; k++) {
    await settle();
    t.mock.timers.tick(700);
  }
  await settle();
  assert.deepEqual(shown.slice(-4), [0, 1, 2, 3]);
  assert.equal(play.textContent, "Play it again");
});
