// The browser's address bar, clipboard and downloads.

import { createNode } from "./dom.js";

const addresses = {}; // what each tab, and each part of one, showed last, by its name
const openParts = {}; // of a tab with parts, the one that was opened last

// Whether somebody has done something on the page, on the landing even before this script had come. Before that, tabs
// are opened by the page itself, as its link says.
export const visitor = { hasActed: globalThis.document?.documentElement?.dataset?.acted === "yes" };
for (const kind of ["pointerdown", "keydown"])
  globalThis.document?.addEventListener(kind, () => (visitor.hasActed = true), { capture: true, once: true });

// The address names what is shown, so that it can be shared. While another tab is open, the address is that tab's.
export function setAddress(element, parameters) {
  addresses[nameOf(parameters)] = parameters;
  if (element.offsetParent) replaceAddress(parameters);
}

const nameOf = ({ tab, part }) => (part ? `${tab}/${part}` : tab);

// A tab was opened: the address names it, and what it showed last. Without a tab, an address names the first one.
export function openTab(name, first) {
  const here = Object.fromEntries(new URLSearchParams(location.search)),
    former = here.tab ?? first;
  if (former === name || !visitor.hasActed) return;
  addresses[nameOf({ ...here, tab: former })] = { ...here, tab: former };
  replaceAddress(addresses[openParts[name] ?? name] ?? { tab: name });
}

// A part of a tab was opened: the address names it, unless it is the first one.
export function openPart(tab, part, first) {
  const here = Object.fromEntries(new URLSearchParams(location.search)),
    parameters = part === first ? { tab } : { tab, part };
  openParts[tab] = nameOf(parameters);
  if (!visitor.hasActed || here.tab !== tab || nameOf(here) === nameOf(parameters)) return;
  addresses[nameOf(here)] = here;
  replaceAddress((addresses[nameOf(parameters)] ??= parameters));
}

// What an address asks for of the whole page stays in it: the theme, what is hidden, the size, the language.
const OF_PAGE = ["__theme", "hide", "projector", "lang"];

// What the page's own address asks for by this name; "" where it does not.
export const pageAsksFor = (name) => new URLSearchParams(location.search).get(name) ?? "";

// These parameters, with what the address asks for of the whole page.
function withPage(parameters) {
  const shown = Object.entries(parameters).filter(([name]) => !OF_PAGE.includes(name)),
    ofPage = OF_PAGE.filter(pageAsksFor).map((name) => [name, pageAsksFor(name)]);
  return Object.fromEntries([...shown, ...ofPage]);
}

function replaceAddress(parameters) {
  history.replaceState(history.state, "", addressOf(withPage(parameters)));
}

// A link within the page is followed: the browser's own Back leads to where it was.
export function addEntry(parameters) {
  history.pushState(history.state, "", addressOf(withPage(parameters)));
}

// A link within the page, which a visitor may open in a window of its own.
export const linkWithin = (parameters) => `?${new URLSearchParams(withPage(parameters))}`;

// The page's address, asking for one more thing of the whole page.
export const addressWith = (name, value) =>
  addressOf({ ...Object.fromEntries(new URLSearchParams(location.search)), [name]: value });

export const addressOf = (parameters) => `${location.origin}${location.pathname}?${new URLSearchParams(parameters)}`;

export function saveFile(blob, name) {
  const link = createNode("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// Copy a text; for a moment the button shows whether it worked.
export async function copyText(button, text, failure) {
  const name = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = failure;
  }
  setTimeout(() => (button.textContent = name), 2000);
}
