// The box that explains a term: it opens when its term is pointed at, focused or pressed. There is one for the page.

import { createNode } from "../core/dom.js";
import { picture } from "./pictures.js";
import { placeBeside } from "./terms.js";

const ID = "rnn-explanation",
  PAUSE = { open: 120, close: 250 }; // milliseconds, so that the pointer can cross the page, and reach the box

export function makeTip(entries) {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const tip = createNode("div", { id: ID, role: "tooltip", class: "rnn-tip" });
  tip.hidden = true;
  let owner = null,
    timer = 0;

  function open(term) {
    clearTimeout(timer);
    if (owner === term) return;
    close();
    const { name, text, picture: description } = byName.get(term.dataset.entry);
    const drawing = picture(description);
    tip.replaceChildren(createNode("strong", {}, name), ...(drawing ? [drawing] : []), createNode("p", {}, text));
    owner = term;
    term.setAttribute("aria-describedby", ID);
    (document.fullscreenElement ?? document.querySelector("main") ?? document.body).append(tip);
    tip.hidden = false;
    place();
  }
  // Beside its term, also while the page is scrolled; a term that has left the window takes the box with it.
  function place() {
    if (!owner) return;
    const room = { width: document.documentElement.clientWidth, height: innerHeight },
      box = owner.getBoundingClientRect();
    if (!owner.isConnected || box.bottom < 0 || box.top > room.height) return close();
    const { x, y } = placeBeside(box, tip.getBoundingClientRect(), room);
    Object.assign(tip.style, { left: `${x}px`, top: `${y}px` });
  }
  function close() {
    clearTimeout(timer);
    owner?.removeAttribute("aria-describedby");
    owner = null;
    tip.hidden = true;
  }
  function later(act, pause) {
    clearTimeout(timer);
    timer = setTimeout(act, pause);
  }

  const termAt = (event) => event.target.closest?.(".rnn-term");
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const term = termAt(event);
    if (term) later(() => open(term), PAUSE.open);
    else if (event.target.closest?.(`#${ID}`)) clearTimeout(timer);
    else if (owner && document.activeElement !== owner) later(close, PAUSE.close);
    else if (!owner) clearTimeout(timer);
  });
  document.addEventListener("focusin", (event) => (termAt(event) ? open(termAt(event)) : close()));
  document.addEventListener("click", (event) => {
    const term = termAt(event);
    if (term) {
      event.preventDefault(); // nor is the field focused of whose label it is a part
      open(term);
    } else if (!event.target.closest?.(`#${ID}`)) close();
  });
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !owner) return;
      event.stopPropagation(); // what else Escape does can wait
      close();
    },
    true,
  );
  addEventListener("scroll", place, { capture: true, passive: true });
  addEventListener("resize", place);
}
