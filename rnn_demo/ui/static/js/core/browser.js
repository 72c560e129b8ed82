// The browser's address bar, clipboard and downloads.

import { createNode } from "./dom.js";

// The address names what is shown, so that it can be shared. While another tab is open, the address is that tab's.
export function setAddress(element, parameters) {
  if (element.offsetParent) history.replaceState(history.state, "", addressOf(parameters));
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
