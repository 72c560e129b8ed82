// Learn: the list of lessons, their steps, and the way through them. Nothing is fetched before the tab is opened.

import { addEntry, setAddress, visitor } from "../../core/browser.js";
import { addStyle } from "../../core/classroom.js";
import { createNode } from "../../core/dom.js";
import { courseNodes, doneOf, endingNodes, sheetNodes } from "../../learn/frames.js";
import { currentLanguage, keepChoice, languageMenu } from "../../learn/languages.js";
import { answeredIn, forgetAll, isStepDone, keepOutcome, keepPlace, lastPlace } from "../../learn/progress.js";
import { stepNodes } from "../../learn/step.js";

const SHEET = "sheet";
const PRINTED =
  "@media print { #heading, #teachers, #tabs > .tab-wrapper, .rnn-next, footer { display: none !important; } }";
const PATIENCE = 300; // milliseconds before it says that something is being computed

// `value` is the place that a link names; the page's address names one too, before Python has read it.
export function draw(root, value, page) {
  page.memory.shell ??= makeShell(page, value.languages);
  root.append(page.memory.shell.node);
  const { shell } = page.memory,
    place = value.lesson || value.at ? value : placeInAddress();
  if (place?.lesson) shell.open(Number(place.lesson), Number(place.step ?? 1));
  else if (value.at || !shell.isFilled()) shell.open();
}

function placeInAddress() {
  const { tab, lesson, step } = Object.fromEntries(new URLSearchParams(location.search));
  return tab === "learn" && lesson ? { lesson, step } : null;
}

function makeShell({ element, trigger, server }, languages) {
  const node = createNode("div", { class: "learn", "aria-live": "off" });
  const steps = new Map(); // what each step showed, by its language, its place and the visitor's text
  const replies = new Map(); // by the same, of each question that is over, with what it was answered
  const texts = new Map(); // the visitor's own text in each lesson: it goes with them from step to step
  let lang = currentLanguage(Object.keys(languages)),
    course = null,
    shown = "", // the place that is shown, or being fetched, with its language
    again = () => {}, // shows it anew
    printed = null; // the style of a sheet

  const go = (link) => {
    addEntry(link);
    scrollTo(0, 0);
    trigger("go", { link });
  };

  // Fetch once; what failed is fetched again when it is asked for again.
  function fetchStep(lesson, step, own) {
    const key = JSON.stringify([lang, lesson, step, own]);
    if (!steps.has(key)) {
      const request = server.step({ lang, lesson, step, own });
      steps.set(key, request);
      request.catch(() => steps.delete(key));
    }
    return steps.get(key);
  }

  // Show what `make` gives once it is there, unless the visitor has gone elsewhere meanwhile.
  async function show(name, make) {
    const here = `${lang} ${name}`;
    shown = here;
    again = () => show(name, make);
    printed?.remove();
    printed = name.startsWith(SHEET) ? addStyle(PRINTED) : null;
    const waiting = setTimeout(() => node.replaceChildren(createNode("p", {}, course?.words.wait ?? "…")), PATIENCE);
    try {
      if (course?.language !== lang) course = await fetchCourse();
      const children = await make();
      if (shown !== here) return;
      node.setAttribute("lang", lang);
      const wasHere = node.contains(document.activeElement);
      node.replaceChildren(...children);
      node.dataset.shown = name; // tests wait for this
      if (wasHere || visitor.hasActed) node.querySelector("h2")?.focus({ preventScroll: true });
      if (visitor.hasActed && node.getBoundingClientRect().top < 0) node.scrollIntoView({ block: "start" });
    } catch (error) {
      if (shown === here) node.replaceChildren(failure(error));
    } finally {
      clearTimeout(waiting);
    }
  }

  async function fetchCourse() {
    const answer = await server.course({ lang });
    if (answer.error) throw new Error(answer.error);
    return answer;
  }

  function failure(error) {
    const words = languages[lang],
      button = createNode("button", { type: "button", class: "learn-main" }, words.again);
    button.addEventListener("click", () => again());
    const said = createNode("p", { class: "rnn-notice" }, error.said ?? words.failed);
    return createNode("div", { role: "alert", lang }, said, button);
  }

  function speak(language) {
    lang = language;
    keepChoice(language);
    again();
  }

  const languageNode = () => languageMenu(languages, lang, course.words.language, speak);

  function openList() {
    setAddress(element, { tab: "learn" });
    return show("list", listNodes);
  }

  const listNodes = () => [
    languageNode(),
    ...courseNodes(course, lastPlace(), {
      open,
      forget() {
        forgetAll();
        replies.clear();
        texts.clear();
        openList();
      },
    }),
  ];

  function open(lesson, step = 1, own = texts.get(lesson) ?? "") {
    if (!Number.isInteger(lesson)) return openList();
    return show(`${lesson}/${step}/${own}`, async () => {
      const about = course.lessons[lesson - 1];
      if (!about || !Number.isInteger(step) || step < 1) return listNodes();
      const last = about.steps.length + 1,
        here = Math.min(step, last);
      const body = here === last ? ending(about) : await oneStep(about, here, own);
      if (visitor.hasActed) setAddress(element, { tab: "learn", lesson, step: here });
      keepPlace(lesson, here);
      if (here < last - 1) fetchStep(lesson, here + 1, own).catch(() => {}); // the next picture is there at once
      return [header(about, here), ...body, ways(lesson, here, last)];
    });
  }

  async function oneStep(about, step, own) {
    const lesson = about.number,
      payload = await fetchStep(lesson, step, own);
    if (payload.error) throw Object.assign(new Error(payload.error), { said: payload.error });
    const key = JSON.stringify([lang, lesson, step, own]),
      former = replies.get(key) ?? {};
    return stepNodes(payload, {
      words: course.words,
      go,
      ask: (question, request) => server.judge({ lang, lesson, step, question, own, ...request }),
      former,
      done(question, outcome, reply) {
        keepOutcome(lesson, step, question, outcome);
        replies.set(key, Object.assign(former, { [question]: reply }));
        node.querySelector(".learn-count").textContent = countOf(about);
        node.querySelector(".learn-marks").replaceWith(marksOf(about, step));
      },
      read(text) {
        texts.set(lesson, text);
        open(lesson, step);
      },
    });
  }

  function ending(about) {
    const following = course.lessons[about.number];
    return endingNodes(about, course.words, { go, open, openSheet: () => openSheet(about.number), following });
  }

  function openSheet(lesson) {
    const close = () => open(lesson, course.lessons[lesson - 1].steps.length + 1);
    return show(`${SHEET} ${lesson}`, async () => {
      const payload = await server.sheet({ lang, lesson });
      if (payload.error) throw Object.assign(new Error(payload.error), { said: payload.error });
      return [createNode("article", { class: "learn-sheet" }, ...sheetNodes(payload, course.words, close))];
    });
  }

  const countOf = ({ number, questions }) =>
    doneOf(answeredIn(number, questions), questions.reduce((a, b) => a + b, 0), course.words);

  // The steps of a lesson as buttons, which say what is done.
  function marksOf(about, step) {
    const marks = [...about.steps, course.words.say].map((title, k) => {
      const isDone = isStepDone(about.number, k + 1, about.questions[k] ?? 0);
      const name = `${course.words.step} ${k + 1}: ${title}${isDone ? ` (${course.words.done})` : ""}`,
        button = createNode("button", { type: "button", title, "aria-label": name }, k + 1);
      if (k + 1 === step) button.setAttribute("aria-current", "step");
      if (isDone) button.dataset.done = "";
      button.addEventListener("click", () => open(about.number, k + 1));
      return createNode("li", {}, button);
    });
    return createNode("ol", { class: "learn-marks" }, ...marks);
  }

  // The lesson, its steps, and the title of the one that is open.
  function header(about, step) {
    const { words } = course;
    const titles = [...about.steps, words.say];
    const all = createNode("button", { type: "button", class: "learn-plain" }, words.all);
    all.addEventListener("click", openList);
    const line = createNode("p", { class: "learn-where" }, `${words.lesson} ${about.number}: ${about.title}`);
    const count = createNode("span", { class: "learn-count" }, countOf(about));
    return createNode(
      "header",
      { class: "learn-header" },
      createNode("div", { class: "learn-top" }, all, line, count),
      createNode("div", { class: "learn-top" }, marksOf(about, step), languageNode()),
      createNode("h2", { tabindex: "-1" }, titles[step - 1]),
    );
  }

  function ways(lesson, step, last) {
    const { words } = course;
    const button = (text, name, to) => {
      const each = createNode("button", { type: "button", class: name }, text);
      each.addEventListener("click", () => open(lesson, to));
      return each;
    };
    const nodes = [];
    if (step > 1) nodes.push(button(words.back, "learn-plain", step - 1));
    if (step < last) nodes.push(button(step === last - 1 ? words.finish : words.next, "learn-main", step + 1));
    return createNode("nav", { class: "learn-ways", "aria-label": words.step }, ...nodes);
  }

  addEventListener("popstate", () => {
    const link = Object.fromEntries(new URLSearchParams(location.search));
    if (link.tab) trigger("go", { link });
  });

  return { node, open, isFilled: () => shown !== "" };
}
