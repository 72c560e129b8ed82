// In which language the lessons are: what the link asks for, else what the visitor chose, else the browser's own.

import { addressWith, pageAsksFor } from "../core/browser.js";
import { createNode } from "../core/dom.js";
import { keepLanguage, keptLanguage } from "./progress.js";

const ENGLISH = "en";
const NAME = "lang"; // in a link

// Of a tag such as “es-MX” its language.
const primary = (tag) => String(tag).trim().toLowerCase().split("-")[0];

// `available` are the languages that there are; what a link asks for in vain is English.
export function languageOf(available, { link, chosen, browser = [] }) {
  const wished = link ? [link] : [chosen ?? "", ...browser];
  return wished.map(primary).find((language) => available.includes(language)) ?? ENGLISH;
}

export const currentLanguage = (available) =>
  languageOf(available, { link: pageAsksFor(NAME), chosen: keptLanguage(), browser: navigator.languages });

// From now on the lessons are in this language, and the address says so.
export function keepChoice(language) {
  keepLanguage(language);
  history.replaceState(history.state, "", addressWith(NAME, language));
}

// The languages beside each other, each by its own name; `speak(language)` changes to one.
export function languageMenu(languages, current, label, speak) {
  const links = Object.entries(languages).map(([language, { name }]) => {
    const link = createNode("a", { href: addressWith(NAME, language), hreflang: language, lang: language }, name);
    if (language === current) link.setAttribute("aria-current", "true");
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      if (language !== current) speak(language);
    });
    return createNode("li", {}, link);
  });
  return createNode("nav", { class: "learn-languages", "aria-label": label }, createNode("ul", {}, ...links));
}
