// The landing: takes over the first frame, in which a network reads a sentence, and leads on from there.

import { READINGS, afterButton, nextBeat, pause } from "./reading.js";

const landing = globalThis.document?.getElementById("landing");
if (landing) play(landing);
if (landing?.hidden) waitForTab(landing.closest(".landing-frame"));

// A link opens another tab: the first frame, which has its heading and its tabs, stays until Gradio shows that one, and
// the part of the lab that the link names.
function waitForTab(frame) {
  const part = frame.dataset.waits === "lab" && new URLSearchParams(location.search).get("part")?.trim().toLowerCase();
  if (part) frame.dataset.part = part;
  const isOpen = (tabs, name) => tabs.find((tab) => tab.ariaSelected === "true")?.dataset.tabId === name,
    tabsOf = (id) => [...document.querySelectorAll(`${id} > .tab-wrapper [role=tab]`)];
  const isPartOpen = () => {
    const parts = tabsOf("#lab-parts"),
      isUnknown = parts.every((tab) => tab.dataset.tabId !== part);
    return parts.length && (isUnknown || isOpen(parts, part));
  };
  const observer = new MutationObserver(() => {
    if (!isOpen(tabsOf("#tabs"), frame.dataset.waits) || (part && !isPartOpen())) return;
    observer.disconnect();
    frame.remove();
  });
  const changes = { childList: true, subtree: true, attributes: true, attributeFilter: ["aria-selected"] };
  observer.observe(document.querySelector("gradio-app"), changes);
}

// Nothing but classes change here; the numbers came with the page.
function play(root) {
  const steps = [...root.querySelectorAll(".landing-step")],
    last = steps.length,
    isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let state = isStill
      ? { step: last, readings: 0, isPlaying: false }
      : { step: Number(root.dataset.step), readings: READINGS, isPlaying: true },
    isSeen = false,
    beat = 0;
  function change(next) {
    state = next;
    show(root, steps, state);
    wait();
  }
  function wait() {
    clearTimeout(beat);
    const time = pause(state, last, isSeen && !document.hidden);
    if (time !== null) beat = setTimeout(() => change(nextBeat(state, last)), time);
  }
  for (const button of root.querySelectorAll("[data-do]")) {
    button.disabled = false;
    button.addEventListener("click", () => change(afterButton(button.dataset.do, state, last)));
  }
  new IntersectionObserver(([entry]) => {
    isSeen = entry.isIntersecting;
    wait();
  }).observe(root.querySelector(".landing-reading"));
  document.addEventListener("visibilitychange", wait);
  change(state);
  root.dataset.live = "";
}

function show(root, steps, { step, readings, isPlaying }) {
  const isMoving = isPlaying && (step < steps.length || readings > 1),
    button = root.querySelector("[data-do=play]"),
    name = isMoving ? "Pause" : "Play";
  steps.forEach((node, k) => {
    node.classList.toggle("read", k < step);
    node.classList.toggle("now", k === step - 1);
  });
  root.dataset.step = step;
  if (step === steps.length) root.classList.add("whole"); // from then on the lesson is visible
  root.classList.toggle("playing", isMoving);
  button.setAttribute("aria-label", name);
  button.title = name;
  root.querySelector("[data-do=back]").disabled = step === 1;
  root.querySelector("[data-do=forward]").disabled = step === steps.length;
  const now = steps[step - 1],
    said = root.querySelector(".landing-outcome strong");
  root.querySelector(".landing-after").textContent = now.querySelector(".landing-word").textContent;
  said.textContent = now.dataset.said;
  said.className = `landing-${now.dataset.said}`;
  root.querySelector(".landing-share").textContent = now.querySelector("b").textContent;
}

// The tab that opens is read from its top, and the address will name it.
function leave() {
  document.documentElement.dataset.acted = "yes";
  scrollTo(0, 0);
}

// Gradio has built the tab: the first frame becomes part of it, and the ways on need no new page any more.
export function moveInto(element, trigger) {
  const frame = document.querySelector(".landing-frame");
  if (!landing) return;
  const focus = document.activeElement; // of a visitor who is typing already
  landing.hidden = false;
  element.querySelector(".landing-place").append(landing);
  if (landing.contains(focus)) focus.focus({ preventScroll: true });
  if (!frame?.dataset.waits) frame?.remove();
  landing.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const { value, placeholder } = event.target.elements.text;
    leave();
    trigger("go", { text: value.trim() ? value : placeholder }); // of an empty box the example in it
  });
  for (const card of landing.querySelectorAll("[data-go]"))
    card.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // into a window of its own
      event.preventDefault();
      leave();
      trigger("go", { card: card.dataset.go });
      if (card.dataset.go === "learn") startRun(card.dataset.recipe);
    });
  landing.dataset.moved = ""; // tests wait for this
  (globalThis.requestIdleCallback ?? setTimeout)(preloadRest);
}

// Now is the time to fetch what the other tabs need.
function preloadRest() {
  for (const link of document.querySelectorAll("link[rel=later]")) link.rel = "modulepreload";
}

// Press Start once it can be seen and the recipe of this title is chosen; never mind if that takes too long.
async function startRun(title, patience = 10000) {
  const until = performance.now() + patience;
  while (performance.now() < until) {
    const button = document.querySelector("#lab-start"),
      recipe = document.querySelector("#lab-recipe input")?.value ?? "";
    if (button?.offsetParent && recipe.endsWith(title)) return button.click();
    await new Promise((moment) => setTimeout(moment, 100));
  }
}
