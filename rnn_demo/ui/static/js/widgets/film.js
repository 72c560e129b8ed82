// The controls of a film: play and pause, and a slider over its epochs.

import { figureWithFilm, PACE, showFrame } from "../charts/film.js";
import { createNode } from "../core/dom.js";

export const momentOf = (epoch) => (epoch ? `after epoch ${epoch}` : "before training");

export function draw(root, { figure: selector, epochs }, { memory }) {
  if (!selector) return;
  const play = createNode("button", { type: "button", class: "rnn-film-play" }, "Play its training");
  const slider = createNode("input", { type: "range", min: 0, max: epochs, step: 1, value: 0, "aria-label": "epoch" });
  const moment = createNode("output", {}, momentOf(0));
  root.append(createNode("div", { class: "rnn-film" }, play, slider, moment));
  clearTimeout(memory.timer);
  memory.timer = 0;

  async function show(epoch) {
    slider.value = epoch;
    slider.setAttribute("aria-valuetext", momentOf(epoch));
    moment.textContent = momentOf(epoch);
    const figure = await figureWithFilm(selector);
    if (figure && Number(slider.value) === epoch) await showFrame(figure, figure.layout.meta.frames[epoch]);
  }
  function pause() {
    clearTimeout(memory.timer);
    memory.timer = 0;
    play.textContent = Number(slider.value) < epochs ? "Play its training" : "Play it again";
  }
  async function goOn(epoch) {
    const mine = memory.timer;
    await show(epoch);
    if (memory.timer !== mine) return; // paused meanwhile, or begun anew
    if (epoch >= epochs) pause();
    else memory.timer = setTimeout(goOn, PACE, epoch + 1);
  }
  play.addEventListener("click", () => {
    if (memory.timer) return pause();
    play.textContent = "Pause";
    memory.timer = -Date.now(); // under way, and like no other time; the next frame has a timer
    goOn(Number(slider.value) < epochs ? Number(slider.value) : 0);
  });
  slider.addEventListener("input", () => {
    pause();
    show(Number(slider.value));
  });
}
