// The browser's address bar, clipboard and downloads.

import { createNode } from "./dom.js";

const addresses = {}; // what each tab showed last, by its name

// Whether somebody has done something on the page. Before that, tabs are opened by the page itself, as its link says.
export const visitor = { hasActed: false };
for (const kind of ["pointerdown", "keydown"])
  globalThis.document?.addEventListener(kind, () => (visitor.hasActed = true), { capture: true, once: true });

// The address names what is shown, so that it can be shared. While another tab is open, the address is that tab's.
export function setAddress(element, parameters) {
  addresses[parameters.tab] = parameters;
  if (element.offsetParent) replaceAddress(parameters);
}

// A tab was opened: the address names it, and what it showed last. Without a tab, an address names the first one.
export function openTab(name, first) {
  const here = Object.fromEntries(new URLSearchParams(location.search)),
    former = here.tab ?? first;
  if (former === name || !visitor.hasActed) return;
  addresses[former] = { ...here, tab: former };
  replaceAddress(addresses[name] ?? { tab: name });
}

// The theme that an address asks for stays in it.
function replaceAddress({ __theme, ...parameters }) {
  const theme = new URLSearchParams(location.search).get("__theme");
  history.replaceState(history.state, "", addressOf(theme ? { ...parameters, __theme: theme } : parameters));
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
