// Draw what Learn sends with the page's own scripts and write down every key that these read.
// In: {course, step, judge, sheet}, a list of values each; out: paths, as "step.questions[].kind".

import { readFileSync } from "node:fs";
import { Node, install } from "../dom.mjs";

install();
const sent = JSON.parse(readFileSync(0, "utf8"));
const folder = "../../../rnn_demo/ui/static/js";
const { courseNodes, endingNodes, sheetNodes } = await import(`${folder}/learn/frames.js`);
const { stepNodes } = await import(`${folder}/learn/step.js`);

const paths = new Set();
function recorded(value, path) {
  if (value === null || typeof value !== "object") return value;
  return new Proxy(value, {
    get(target, key) {
      const part = Reflect.get(target, key);
      if (typeof key === "symbol" || key === "toJSON" || key === "then" || key in Object.prototype) return part;
      if (Array.isArray(target)) return /^\d+$/.test(key) ? recorded(part, `${path}[]`) : part;
      paths.add(`${path}.${key}`);
      return recorded(part, `${path}.${key}`);
    },
  });
}

const nothing = () => {};
const course = recorded(sent.course[0], "course"),
  { words } = sent.course[0];
courseNodes(course, null, { open: nothing, forget: nothing });
for (const lesson of course.lessons) {
  endingNodes(lesson, words, { go: nothing, open: nothing, openSheet: nothing, following: null });
  [...lesson.steps];
}

// Every question is answered by whatever its form gives, and gets the next of the judgements.
const judged = sent.judge.map((value) => recorded(value, "judge"));
const buttons = (node) => [...(node.tag === "button" ? [node] : []), ...(node.children ?? []).flatMap(buttons)];
for (const value of sent.step) {
  const about = { words, go: nothing, done: nothing, read: nothing, ask: async () => judged.shift() };
  const nodes = stepNodes(recorded(value, "step"), about);
  for (const question of nodes.filter((node) => node.given)) {
    const show = buttons(question).find((button) => button.textContent === words.show);
    for (const act of [show.listeners.click].flat()) act({ preventDefault: nothing });
    await new Promise((done) => setTimeout(done, 1));
  }
}
for (const value of sent.sheet) sheetNodes(recorded(value, "sheet"), words, nothing);
process.stdout.write(JSON.stringify([...paths]), () => process.exit(0));
