// Surgery by hand: points that are dragged or moved with the arrow keys, and what is typed and pressed.

import { ACTS, change, isSamePlace, make, readControl, remember } from "./acting.js";
import { state } from "../stepper/state.js";
import { edit } from "./edits.js";
import { part, say, shownPlace, surgery } from "./surgery.js";
import { redrawSurgery } from "./view.js";

// What holds a step of the unit shown already, alone or over a range; it moves as a whole.
function holding(t) {
  const here = { ...shownPlace(), unit: surgery.unit, first: 0, last: 0 };
  const covers = (each) => isSamePlace({ ...each, first: 0, last: 0 }, here) && t >= each.first && t <= each.last;
  return surgery.edits.filter((each) => !each.source && covers(each)).at(-1);
}

function dragTo(t, value) {
  const replaces = surgery.live?.replaces ?? holding(t),
    from = replaces ?? edit({ ...shownPlace(), unit: surgery.unit, first: t, last: t });
  const span = surgery.live?.span ?? part("plot").firstChild.span;
  surgery.live = { t, replaces, span, edit: { ...from, value: Math.fround(value) } };
}

function letGo() {
  const { live } = surgery;
  surgery.live = null;
  if (!live) return;
  remember();
  surgery.edits = [...surgery.edits.filter((each) => each !== live.replaces), live.edit];
  redrawSurgery();
}

let planned = 0;
function redrawSoon() {
  planned ||= requestAnimationFrame(() => {
    planned = 0;
    if (surgery.live) redrawSurgery();
  });
}

export function onGrip(event) {
  const grip = event.target.closest(".knife-grip");
  if (!grip || event.button) return;
  event.preventDefault();
  const t = Number(grip.dataset.t),
    plot = part("plot"),
    top = () => plot.firstChild.getBoundingClientRect().top;
  const { valueAt } = plot.firstChild.places;
  const move = (other) => {
    dragTo(t, valueAt(other.clientY - top()));
    redrawSoon();
  };
  const end = () => {
    removeEventListener("pointermove", move);
    for (const kind of ["pointerup", "pointercancel"]) removeEventListener(kind, end);
    letGo();
  };
  addEventListener("pointermove", move);
  for (const kind of ["pointerup", "pointercancel"]) addEventListener(kind, end);
}

export function onGripKey(event) {
  const grip = event.target.closest(".knife-grip");
  if (!grip) return;
  const t = Number(grip.dataset.t),
    [low, high] = part("plot").firstChild.span,
    now = Number(grip.getAttribute("aria-valuenow"));
  const by = { ArrowUp: 1, ArrowDown: -1, PageUp: 5, PageDown: -5 }[event.key];
  if (by) {
    dragTo(t, Math.min(high, Math.max(low, now + (by * (high - low)) / 50)));
    letGo();
  } else if (event.key === "Delete" || event.key === "Backspace") {
    const held = holding(t);
    if (held) {
      remember();
      change(surgery.edits.filter((each) => each !== held));
    }
  } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    part("plot")
      .querySelector(`[data-t="${t + (event.key === "ArrowLeft" ? -1 : 1)}"]`)
      ?.focus();
  } else return;
  event.preventDefault();
  event.stopPropagation(); // the stepper has keys of its own
}

export function onClickInSurgery(event) {
  const button = event.target.closest("button");
  if (!button || !surgery.result) return;
  const { act, edit: number, found, finding } = button.dataset;
  surgery.pressed = button.closest(".bar");
  if (act) ACTS[act]();
  else if (found !== undefined) showFound(Number(found));
  else if (finding !== undefined) showFinding(Number(finding));
  else if (number !== undefined) {
    remember();
    change(surgery.edits.filter((_, k) => k !== Number(number)));
  }
}

export async function onFieldChange({ target }) {
  if (!surgery.result) return;
  const { field } = target.dataset;
  surgery.pressed = target.closest(".bar");
  if (field === "quantity") surgery.quantity = target.value;
  if (field === "unit") {
    const asked = Math.round(Number(target.value) || 0);
    surgery.unit = Math.min(surgery.network.hidden, Math.max(1, asked)) - 1;
    say(asked === surgery.unit + 1 ? "" : `There is no unit ${asked}; the units are 1 to ${surgery.network.hidden}.`);
    target.value = surgery.unit + 1;
  }
  if (field === "control") await readControl();
  if (["quantity", "unit", "control"].includes(field)) redrawSurgery();
}

function showFound(k) {
  const { unit, value, place: of } = surgery.found[k];
  Object.assign(surgery, { quantity: of.quantity, unit });
  make([edit({ ...of, unit, value, first: 0, last: surgery.tokens.length - 1 })]);
}

// A unit of the detective's; its layer is chosen above as well.
function showFinding(k) {
  const { layer, direction, quantity, unit } = surgery.findings[k];
  state.layer = state.trace.layers.findIndex((each) => each.layer === layer && each.direction === direction);
  Object.assign(surgery, { quantity, unit });
  redrawSurgery();
  part("plot").scrollIntoView({ block: "nearest" });
}
