import assert from "node:assert/strict";
import { test } from "node:test";
import { openPart, openTab, setAddress, visitor } from "../../../rnn_demo/ui/static/js/core/browser.js";
import { draw as drawAnswer } from "../../../rnn_demo/ui/static/js/widgets/qa/answer.js";
import { draw as drawNearest } from "../../../rnn_demo/ui/static/js/widgets/qa/nearest.js";
import { verdict } from "../../../rnn_demo/ui/static/js/widgets/sentiment/review.js";
import { countMost, partsOf, sentence } from "../../../rnn_demo/ui/static/js/widgets/sentiment/reading.js";
import { Node, install } from "../dom.mjs";

install();

function answer(top, known, refusal) {
  const root = new Node();
  const confidence = top[0].probability;
  const words = { tokens: ["a"], so_far: [], unknown_words: [], letters: true };
  drawAnswer(root, { input: "a", ...words, top, known, confidence, refusal, threshold: 0.3 });
  return { names: root.querySelectorAll(".rnn-bar-name").map((node) => node.textContent), text: root.textContent };
}

const shares = (...probabilities) => probabilities.map((probability, k) => ({ answer: `answer ${k}`, probability }));

test("answers of less than one per cent are not listed, and it is said that they are not", () => {
  const refused = answer(shares(0.004, 0.003, 0.001), false, 0.99);
  assert.deepEqual(refused.names, ["I don’t know"]);
  assert.match(refused.text, /No answer that it was taught has as much as 1%\./);
  const sure = answer(shares(0.95, 0.02, 0.001), true, 0.01);
  assert.deepEqual(sure.names, ["answer 0", "answer 1", "I don’t know"]);
  assert.match(sure.text, /Every other answer has less than 1%\./);
  const open = answer(shares(0.4, 0.3, 0.2), true, 0.1);
  assert.equal(open.names.length, 4);
  assert.doesNotMatch(open.text, /less than 1%/);
  assert.deepEqual(answer(shares(0.001, 0.0005), true, 0).names, ["answer 0", "I don’t know"]);
});

test("why it answers or refuses is told as it was decided", () => {
  const refused = answer(shares(0.38, 0.1), false, 0.54).text;
  assert.match(refused, /likeliest answer \(54%\), so it refuses, whatever the threshold/);
  assert.match(answer(shares(0.38, 0.1), true, 0.2).text, /38% is above the threshold of 30%, so it answers/);
  assert.match(answer(shares(0.25, 0.2), false, 0.1).text, /25% is below the threshold of 30%/);
});

test("what a word did is told in the unit of the curve", () => {
  const logOdds = (p) => Math.log(p / (1 - p));
  const words = [
    { word: "not", running: 0.25, contribution: logOdds(0.25) - logOdds(0.6), known: true },
    { word: "bad", running: 0.8, contribution: logOdds(0.8) - logOdds(0.25), known: false },
    { word: ".", running: 0.801, contribution: 0.01, known: true },
  ];
  const said = (...given) => {
    const root = new Node();
    root.append(...sentence(words, ...given));
    return root.textContent;
  };
  assert.equal(said(0, "running", null), "Word 1 of 3, “not”: from 60% before any word to 25% positive");
  assert.equal(said(1, "running", null), "Word 2 of 3, “bad” (unknown): from 25% to 80% positive");
  assert.equal(said(2, "running", null), "Word 3 of 3, “.”: 80% positive, as before");
  assert.equal(said(2, "gradients", [0, 0, -0.5]), "Word 3 of 3, “.”: −0.50 in log odds (contribution)");
  assert.equal(said(2, "pooling", [0.5, 0.25, 0.25]), "Word 3 of 3, “.”: 25% of the units (where it looks)");
});

test("the words that count most in a view are told from the numbers of that view", () => {
  const words = ["a", "b", "c", "d", "e"].map((word) => ({ word }));
  const most = countMost(words, [0.1, -3, 0.5, 2, -0.2]);
  assert.deepEqual(
    most.map(({ word, by, step }) => [word, by, step]),
    [
      ["b", -3, 1],
      ["d", 2, 3],
      ["c", 0.5, 2],
      ["e", -0.2, 4],
    ],
  );
});

test("what is undecided, or a guess, gets no verdict", () => {
  const headline = (probability, undecided, caution = null) => {
    const label = probability >= 0.5 ? "positive" : "negative";
    const node = verdict({ probability, label, undecided, caution });
    return [node.querySelector(".rnn-label").textContent, node.querySelector(".rnn-sure").textContent];
  };
  assert.deepEqual(headline(0.58, true), ["undecided", "58% positive"]);
  assert.deepEqual(headline(0.41, true), ["undecided", "41% positive"]);
  assert.deepEqual(headline(0.61, false), ["positive", "61% sure"]);
  assert.deepEqual(headline(0.2, false), ["negative", "80% sure"]);
  assert.deepEqual(headline(0.99, false, { headline: "a guess" }), ["a guess", "99% positive"]);
});

test("the address follows the tabs, and each tab finds its own again", () => {
  const shown = [];
  globalThis.location = { origin: "http://a", pathname: "/", search: "" };
  globalThis.history = {
    state: null,
    replaceState(_, __, address) {
      shown.push(new URL(address).search);
      location.search = new URL(address).search;
    },
  };
  openTab("qa", "qa"); // as it is opened
  openTab("states", "qa"); // the page itself follows a link
  assert.deepEqual(shown, []);
  visitor.hasActed = true;
  setAddress({ offsetParent: {} }, { tab: "qa", text: "who" });
  setAddress({ offsetParent: null }, { tab: "states", step: 2 }); // drawn while another tab is open
  openTab("sentiment", "qa");
  openTab("states", "qa");
  openTab("qa", "qa");
  assert.deepEqual(shown, ["?tab=qa&text=who", "?tab=sentiment", "?tab=states&step=2", "?tab=qa&text=who"]);
  location.search = "?tab=sentiment&text=good"; // a link was followed, and the tab says nothing of its own
  openTab("sentiment", "qa");
  openTab("states", "qa");
  openTab("sentiment", "qa");
  assert.equal(shown.at(-1), "?tab=sentiment&text=good");
  location.search = "?__theme=dark";
  openTab("states", "qa");
  assert.equal(shown.at(-1), "?tab=states&step=2&__theme=dark");
  openTab("qa", "qa");
  openTab("states", "qa");
  assert.equal(shown.at(-1), "?tab=states&step=2&__theme=dark");
});

test("the address names the part of a tab, and each part finds its own again", () => {
  const search = () => location.search;
  location.search = "?tab=lab&recipe=recall";
  openPart("lab", "train", "train");
  assert.equal(search(), "?tab=lab&recipe=recall");
  openPart("lab", "race", "train");
  assert.equal(search(), "?tab=lab&part=race");
  openTab("qa", "qa");
  openTab("lab", "qa");
  assert.equal(search(), "?tab=lab&part=race");
  setAddress({ offsetParent: null }, { tab: "lab", recipe: "copy" }); // a run that was started goes on
  assert.equal(search(), "?tab=lab&part=race");
  openPart("lab", "train", "train");
  assert.equal(search(), "?tab=lab&recipe=copy");
  openTab("qa", "qa");
  openPart("lab", "clipping", "train"); // as the page opens it while another tab is shown
  assert.notEqual(search(), "?tab=lab&part=clipping");
});

test("the nearest question is shown under the question it belongs to, and under no other", () => {
  const panel = new Node(),
    page = { memory: {} };
  const nearestTo = (input) => ({ asked: { model: "qa", input }, question: `like ${input}`, answer: "x", cosine: 1 });
  const show = (input) => drawAnswer(new Node(), { model: "qa", input });
  show("France");
  drawNearest(panel, nearestTo("France"), page);
  assert.match(panel.textContent, /like France/);
  show("Spain"); // its answer is there before its nearest question
  assert.equal(panel.textContent, "");
  drawNearest(panel, nearestTo("France"), page); // what was asked for first arrives late
  assert.equal(panel.textContent, "");
  drawNearest(panel, nearestTo("Spain"), page);
  assert.match(panel.textContent, /like Spain/);
  drawAnswer(new Node(), { model: "own", input: "Spain" });
  assert.equal(panel.textContent, "");
});

test("why a text of several paragraphs is misread is told from what each is by itself", () => {
  const shares = "Read by themselves, its 3 paragraphs are 1%, 20% and 98% positive";
  const read = (label, truth) => partsOf({ paragraphs: [0.01, 0.2, 0.98], label, truth });
  assert.equal(read("negative", null), `${shares}.`);
  assert.equal(read("negative", "negative"), `${shares}.`);
  const why = "2 of 3 sound negative to it, and the rest does not outweigh them";
  assert.equal(read("negative", "positive"), `${shares}: ${why}.`);
});
