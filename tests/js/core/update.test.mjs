import assert from "node:assert/strict";
import { test } from "node:test";
import { install } from "../dom.mjs";

install();
const { createNode, updateChildren } = await import("../../../rnn_demo/ui/static/js/core/dom.js");

const drawn = (node) => [node.tag, node.text, { ...node.attributes }, node.children.map(drawn)];

test("an update makes a node what the fresh one is, and keeps what both have", () => {
  const bar = (width, ...more) => createNode("rect", { width, height: 3 }, ...more);
  const before = [createNode("g", { class: "a", tabindex: 0 }, "one", bar(1), bar(2)), createNode("text", {}, "x")];
  const path = createNode("path", { d: "M0 0" });
  const after = [createNode("g", { class: "b" }, "two", bar(1), path, bar(5)), createNode("circle")];
  after[0].vector = { values: [1] };
  const place = createNode("div", {}, ...before);
  const [kept] = before,
    [, same] = kept.children;
  updateChildren(place, after);
  assert.deepEqual(drawn(place), drawn(createNode("div", {}, ...after)));
  assert.equal(place.children[0], kept);
  assert.equal(kept.children[1], same);
  assert.deepEqual(kept.vector, { values: [1] });
});

test("an update takes away what is too much, and writes nothing where nothing differs", () => {
  const place = createNode("div", {}, createNode("p", { class: "a" }, "same"), createNode("p"));
  const [first] = place.children;
  first.setAttribute = () => assert.fail("it is as it should be");
  updateChildren(place, [createNode("p", { class: "a" }, "same")]);
  assert.deepEqual(place.children, [first]);
});

test("an update leaves no vector at a node that is no strip any more", () => {
  const place = createNode("g", {}, createNode("rect", { class: "frame" }));
  place.children[0].vector = { values: [1] };
  updateChildren(place, [createNode("rect", { class: "chosen" })]);
  assert.equal(place.children[0].vector, undefined);
});
