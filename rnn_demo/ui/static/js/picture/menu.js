// The menu of a picture: save it for a slide, copy it or its link, save its numbers, choose its parts.

import { addressOf } from "../core/browser.js";
import { createNode } from "../core/dom.js";
import { copyPng, saveCsv, savePng, saveSvg } from "./save.js";
import { onLightPaper, standalone } from "./standalone.js";
import { slide } from "./slide.js";

let menus = 0;

export const MENU_WORDS = {
  save: "Save picture",
  png: "PNG for a slide (1920 × 1080)",
  svg: "SVG for a slide",
  copy: "Copy picture",
  link: "Copy link",
  copied: "Copied.",
  csv: "Data as CSV",
  parts: "In the picture",
  failed: "That did not work",
};

// A button that opens the menu. `picture` tells of the picture:
//   name()            of its files, without an end
//   ready()           the slide, where there is one already (a promise); else
//   content(chosen)   what slide() takes, or a promise of it; the page is light meanwhile
//   choices()         the parts that can be left out, {key: label}; none without it
//   rows()            its numbers, a row each; no CSV without it; `counts` says how they count
//   link()            the parameters of its address; no link without it
//   leftOut           parts that are left out until the reader wants them
//   more()            {label: act(chosen)}, further entries; `chosen()` are the parts
//   words             MENU_WORDS in another language
export function pictureMenu(picture) {
  const id = `rnn-menu-${++menus}`,
    words = picture.words ?? MENU_WORDS,
    dropped = new Set(picture.leftOut); // parts that are left out
  const button = createNode(
    "button",
    { type: "button", class: "rnn-save", "aria-haspopup": "menu", "aria-expanded": "false", "aria-controls": id },
    words.save,
  );
  const list = createNode("div", { class: "rnn-menu", role: "menu", id, "aria-label": words.save });
  const status = createNode("span", { class: "rnn-menu-status", role: "status" });
  const node = createNode("div", { class: "rnn-picture-menu" }, button, list, status);
  list.hidden = true;
  const chosen = () => Object.keys(picture.choices?.() ?? {}).filter((key) => !dropped.has(key));
  // Drawn on light paper; what is read from the page is read before the first promise.
  const drawn = async () =>
    picture.ready ? picture.ready() : slide(await onLightPaper(() => picture.content(chosen())));

  const entry = (text, act, attributes = {}) => {
    const item = createNode("button", { type: "button", role: "menuitem", tabindex: -1, ...attributes }, text);
    item.addEventListener("click", () => act(item));
    return item;
  };
  const closingEntry = (text, act, done = "") =>
    entry(text, async () => {
      close(true);
      try {
        await act();
        say(done);
      } catch (error) {
        say(`${words.failed}: ${error.message}.`);
      }
    });
  function entries() {
    const asCsv = `${words.csv}${picture.counts ?? ""}`,
      saveRows = () => saveCsv(picture.rows(), picture.name());
    const choices = Object.entries(picture.choices?.() ?? {});
    return [
      closingEntry(words.png, async () => savePng(await drawn(), picture.name())),
      closingEntry(words.svg, async () => saveSvg(await drawn(), picture.name())),
      closingEntry(words.copy, () => copyPng(drawn()), words.copied),
      ...(picture.link ? [closingEntry(words.link, () => copyAddress(picture.link()), words.copied)] : []),
      ...(picture.rows ? [closingEntry(asCsv, saveRows)] : []),
      ...Object.entries(picture.more?.() ?? {}).map(([text, act]) => closingEntry(text, () => act(chosen))),
      ...(choices.length > 1 ? [heading(), ...choices.map(([key, text]) => choiceEntry(key, text))] : []),
    ];
  }
  const heading = () => createNode("p", { class: "rnn-menu-head", role: "presentation" }, words.parts);
  function choiceEntry(key, text) {
    const attributes = { role: "menuitemcheckbox", "aria-checked": !dropped.has(key), "data-part": key };
    return entry(
      text,
      (item) => {
        const others = chosen().filter((other) => other !== key);
        if (!dropped.has(key) && others.length) dropped.add(key);
        else dropped.delete(key);
        item.setAttribute("aria-checked", !dropped.has(key));
      },
      attributes,
    );
  }

  let clearing = 0;
  function say(text) {
    status.textContent = text;
    clearTimeout(clearing);
    clearing = setTimeout(() => (status.textContent = ""), text.length > 20 ? 8000 : 2500);
  }
  const items = () => [...list.querySelectorAll("button")];
  const outside = (event) => node.contains(event.target) || close();
  function open(at) {
    list.replaceChildren(...entries());
    list.hidden = false;
    const { left, top, bottom } = button.getBoundingClientRect(),
      below = innerHeight - bottom;
    list.classList.toggle("rnn-menu-left", innerWidth - left > 270);
    list.classList.toggle("rnn-menu-up", below < list.offsetHeight + 8 && top > below);
    button.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", outside);
    items().slice(at)[0].focus({ preventScroll: true });
  }
  function close(withFocus = false) {
    if (list.hidden) return;
    list.hidden = true;
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside);
    if (withFocus) button.focus({ preventScroll: true });
  }
  const MOVES = {
    ArrowDown: (at, n) => (at + 1) % n,
    ArrowUp: (at, n) => (at + n - 1) % n,
    Home: () => 0,
    End: (_, n) => n - 1,
  };
  button.addEventListener("click", () => (list.hidden ? open(0) : close()));
  node.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^F\d/.test(event.key)) return; // the browser's own
    if (event.key === "Tab") return close();
    if (event.key === "Escape" && !list.hidden) close(true);
    else if (event.target === button && list.hidden && /^Arrow(Down|Up)$/.test(event.key))
      open(event.key === "ArrowDown" ? 0 : -1);
    else if (!list.hidden && event.key in MOVES) {
      const all = items();
      all[MOVES[event.key](all.indexOf(document.activeElement), all.length)].focus();
    } else if (list.hidden) return;
    if (event.key !== "Enter" && event.key !== " ") event.preventDefault();
    event.stopPropagation(); // the stepper has keys of its own
  });
  return node;
}

async function copyAddress(parameters) {
  if (!navigator.clipboard) throw new Error("this browser copies only over https; the link is in the address bar");
  await navigator.clipboard.writeText(addressOf(parameters));
}

// The source line of a saved picture: what opens it again, on whatever machine the program runs.
export const sourceLine = (parameters) => `rnn_demo · ?${new URLSearchParams(parameters)}`;

// Charts as parts of a slide.
export const partsOf = (charts) =>
  charts.map((chart) => {
    const [width, height] = ["width", "height"].map((name) => Number(chart.getAttribute(name)));
    return { node: standalone(chart), width, height };
  });
