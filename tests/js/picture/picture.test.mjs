import assert from "node:assert/strict";
import { test } from "node:test";
import { install } from "../dom.mjs";
import { hexAndOpacity, plainFonts, plainStyle } from "../../../rnn_demo/ui/static/js/picture/paint.js";
import { titleParts } from "../../../rnn_demo/ui/static/js/charts/titles.js";
import { onSlide } from "../../../rnn_demo/ui/static/js/picture/plots.js";
import { HEIGHT, WIDTH, layOut, piecesOf, roomForParts, slide, wordsOf } from "../../../rnn_demo/ui/static/js/picture/slide.js";
import { chartRows, csv, plotRows, safeText, traceRows } from "../../../rnn_demo/ui/static/js/picture/table.js";

install();

test("a colour becomes six digits and an opacity, whichever way a browser computes it", () => {
  assert.deepEqual(hexAndOpacity("rgb(0, 114, 178)"), ["#0072b2", 1]);
  assert.deepEqual(hexAndOpacity("rgba(255, 0, 0, 0.25)"), ["#ff0000", 0.25]);
  assert.deepEqual(hexAndOpacity("rgb(255 0 0 / 50%)"), ["#ff0000", 0.5]);
  assert.deepEqual(hexAndOpacity("color(srgb 1 0.5 0 / 0.1)"), ["#ff8000", 0.1]);
  assert.deepEqual(hexAndOpacity("transparent"), ["#000000", 0]);
  for (const other of ["none", "#123456", "url(#a)", "inherit", "black"]) assert.equal(hexAndOpacity(other), null);
});

test("what is transparent is not painted, and what is half transparent says so in a property of its own", () => {
  assert.equal(plainStyle("fill:rgba(0, 0, 0, 0)"), "fill:none");
  assert.equal(plainStyle("fill: transparent; stroke: rgb(1, 2, 3)"), "fill:none;stroke:#010203");
  assert.equal(plainStyle("fill: rgba(0, 0, 255, 0.5); fill-opacity: 0.5"), "fill:#0000ff;fill-opacity:0.25");
  assert.equal(plainStyle("paint-order: stroke; opacity: 0.5"), "opacity:0.5");
  assert.equal(plainStyle("fill: url(#g)"), "fill:url(#g)");
});

test("the first family of a saved picture is one that other programs know", () => {
  const page = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
  assert.equal(plainFonts(page), "'Segoe UI', Roboto, 'DejaVu Sans', Arial, system-ui, -apple-system, sans-serif");
  assert.equal(plainFonts("Georgia, serif"), "Georgia, serif");
  assert.equal(plainFonts("system-ui"), "'DejaVu Sans', Arial, system-ui, sans-serif");
});

test("parts stand in as many columns as makes them largest, inside the box and apart", () => {
  const box = { x: 60, y: 100, width: 1800, height: 880 };
  for (const sizes of [
    [{ width: 600, height: 300 }],
    [{ width: 1000, height: 200 }, { width: 900, height: 250 }],
    [{ width: 300, height: 700 }, { width: 400, height: 600 }],
    Array(4).fill({ width: 400, height: 170 }),
    Array(5).fill({ width: 400, height: 170 }),
    [{ width: 9000, height: 100 }],
  ]) {
    const { scale, places } = layOut(sizes, box);
    const boxes = places.map(([x, y], k) => [x, y, x + scale * sizes[k].width, y + scale * sizes[k].height]);
    for (const [x0, y0, x1, y1] of boxes)
      assert.ok(x0 >= 59.9 && y0 >= 99.9 && x1 <= 1860.1 && y1 <= 980.1, `${[x0, y0, x1, y1]}`);
    boxes.forEach((a, k) =>
      boxes.slice(k + 1).forEach((b) => assert.ok(a[2] < b[0] || b[2] < a[0] || a[3] < b[1] || b[3] < a[1])),
    );
  }
  assert.ok(layOut(Array(4).fill({ width: 400, height: 170 }), box).scale > 2, "two by two");
});

test("a slide is 1920 by 1080, with its title, its source and its subscripts", () => {
  const parts = [{ node: new Node("g"), width: 10, height: 10 }];
  const whole = slide({ title: "Gradient |dL/dh<sub>t</sub>| of a &lt;b&gt;", source: "rnn_demo", parts });
  assert.deepEqual([WIDTH, HEIGHT], [1920, 1080]);
  assert.equal(whole.getAttribute("viewBox"), "0 0 1920 1080");
  assert.ok(whole.textContent.includes("Gradient |dL/dht| of a <b>"));
  assert.match(whole.textContent, /rnn_demo/);
  const [before, sub, after] = piecesOf("dh<sub>t</sub>|");
  assert.deepEqual([before.shift, sub.shift, after.shift, after.before], [0, 0.2, 0, 0.2]);
  assert.equal(wordsOf("a<sup>2</sup>"), "a2");
});

test("no number of a picture is taken for a formula, and no text breaks its row", () => {
  for (const text of ["=1+1", "+cmd", "-2+3", "@SUM", "  =1", "＝1+1"]) assert.equal(safeText(text), `'${text}`);
  for (const text of ["not", "-", "=", "a=b"]) assert.equal(safeText(text), text);
  assert.equal(csv([["a,b", 'say "x"', -1.5, NaN, null, "=A1"]]), '"a,b","say ""x""",-1.5,,,\'=A1\r\n');
});

test("the points of charts, of a trace and of a Plotly figure are rows under their names", () => {
  const lines = [{ name: "training", points: [[1, 0.5], [2, 0.25]] }];
  assert.deepEqual(chartRows([{ title: "Loss", x: "step", y: "loss", lines }]), [
    ["line", "step", "loss"],
    ["training", 1, 0.5],
    ["training", 2, 0.25],
  ]);
  assert.equal(chartRows([{ title: "A", x: "", y: "", lines }, { title: "B", x: "", y: "", lines }])[3][0], "B");
  const h = { width: 2, values: Float32Array.of(1, 2, 3, 4) };
  const rows = traceRows({ tokens: ["a", "="], layers: [{ layer: 0, direction: "forward", quantities: { h } }] });
  assert.deepEqual(rows.slice(-1), [[1, "=", 0, "forward", "h", 1, 4]]);
  const ticks = new Map([[0, "not"]]);
  assert.deepEqual(plotRows([{ name: "h<sub>t</sub>", x: [0], y: [7] }], { x: "token", y: "norm", ticks }), [
    ["line", "token", "label", "norm"],
    ["ht", 0, "not", 7],
  ]);
  assert.deepEqual(plotRows([{ z: [[1, 2]], customdata: [[9, 9]] }], { x: "token", y: "unit" }), [
    ["step", "token", "unit", "value"],
    [1, "", 9, 1],
    [2, "", 9, 2],
  ]);
});

test("a Plotly figure goes onto a slide dark on white, in larger type, with its zoom", () => {
  const css = { fontFamily: "system-ui, sans-serif", getPropertyValue: () => "" };
  const layout = { title: { text: "a" }, xaxis: { range: [0, 1], autorange: false }, yaxis2: { title: "b" }, meta: 1 };
  const { layout: changed } = onSlide({ data: [{ type: "scatter" }], layout }, css);
  assert.equal(changed.title.text, "");
  assert.equal(changed.paper_bgcolor, "#ffffff");
  assert.ok(changed.font.size >= 14);
  assert.deepEqual(changed.xaxis.range, [0, 1]);
  assert.equal(changed.xaxis.autorange, false);
  assert.equal(changed.yaxis2.title, "b");
  assert.equal(layout.title.text, "a", "the figure on the page stays as it is");
  assert.deepEqual(titleParts("A<br><sup>of &lt;b&gt;</sup>"), { heading: "A", about: "of <b>" });
  assert.deepEqual(titleParts("<b>A</b><br><b>and B</b><br><sup>of c</sup>"), { heading: "A and B", about: "of c" });
});

const PART = { node: new Node("g"), width: 10, height: 10 };

test("a long address is broken into lines, above the end of the slide and below the parts", () => {
  const source = `${"What the colours stand for. ".repeat(30)}\nrnn_demo · ?text=${"a".repeat(300)}`,
    wide = slide({ title: "A", source: `http://one?text=${"%E2%80%9C".repeat(40)}`, parts: [PART] }),
    words = { title: "A title", source, legend: ["#ffffff"], keys: [{ name: "W_ih, on x", colour: "#1f7a4d" }] };
  const room = roomForParts(words),
    whole = slide({ ...words, parts: [PART] });
  for (const { attributes, textContent } of wide.children)
    if (attributes.style?.includes("font-size:20px")) assert.ok(textContent.length * 16 <= WIDTH - 96, textContent);
  const texts = whole.children.filter(({ tag }) => tag === "text"),
    notes = texts.filter((text) => text.attributes.style.includes("font-size:20px"));
  const address = notes.map(({ textContent }) => textContent).join("");
  assert.ok(address.endsWith(`?text=${"a".repeat(300)}`), "whole, however long the words before it are");
  for (const note of notes) {
    const y = Number(note.attributes.y);
    assert.ok(y > room.y + room.height + 20 && y < HEIGHT - 10, `${y}`);
    assert.ok(note.textContent.length * 12 <= WIDTH - 96);
  }
});
