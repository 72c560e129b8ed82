// The browser's address bar, clipboard and downloads.

import { createNode } from "./dom.js";

const addresses = {}; // what each tab, and each part of one, showed last, by its name
const openParts = {}; // of a tab with parts, the one that was opened last

// Whether somebody has done something on the page. Before that, tabs are opened by the page itself, as its link says.
export const visitor = { hasActed: false };
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

// What an address asks for of the whole page stays in it: the theme, what is hidden, the size.
const OF_PAGE = ["__theme", "hide", "projector"];

function replaceAddress(parameters) {
  const here = new URLSearchParams(location.search),
    asked = OF_PAGE.filter((name) => here.get(name)).map((name) => [name, here.get(name)]),
    shown = Object.entries(parameters).filter(([name]) => !OF_PAGE.includes(name));
  history.replaceState(history.state, "", addressOf(Object.fromEntries([...shown, ...asked])));
}

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
