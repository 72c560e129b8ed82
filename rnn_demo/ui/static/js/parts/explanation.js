// What the picture shows, in words: above the controls of the tab, and on a phone right under the picture.

import { $ } from "../stepper/state.js";

const PHONE = "(max-width: 640px)";

// Move the words of the page to where they are read; nothing in a notebook, which has none.
export function placeExplanation() {
  const words = document.querySelector("#states-words [data-testid=markdown]");
  if (!words) return;
  const home = words.parentElement,
    phone = matchMedia(PHONE),
    place = () => (phone.matches ? $(".explains") : home).append(words);
  phone.addEventListener("change", place);
  place();
}
