// The controls of a film: play and pause, and a slider over its epochs.

import { figureWithFilm, playFrames, showFrame } from "../../charts/film.js";
import { createNode } from "../../core/dom.js";

export const momentOf = (epoch) => (epoch ? `after epoch ${epoch}` : "before training");

const range = (first, last) => Array.from({ length: last - first + 1 }, (_, k) => first + k);

export function draw(root, { figure: selector, epochs }, { memory }) {
  if (!selector) return;
  const play = createNode("button", { type: "button", class: "rnn-film-play" }, "Play its training");
  const slider = createNode("input", { type: "range", min: 0, max: epochs, step: 1, value: 0, "aria-label": "epoch" });
  const moment = createNode("output", {}, momentOf(0));
  root.append(createNode("div", { class: "rnn-film" }, play, slider, moment));
  memory.playing = null; // what was played before this was drawn has ended

  async function show(epoch) {
    slider.value = epoch;
    slider.setAttribute("aria-valuetext", momentOf(epoch));
    moment.textContent = momentOf(epoch);
    const figure = await figureWithFilm(selector);
    if (figure && Number(slider.value) === epoch) await showFrame(figure, figure.layout.meta.frames[epoch]);
  }
  function pause() {
    memory.playing = null;
    play.textContent = Number(slider.value) < epochs ? "Play its training" : "Play it again";
  }
  play.addEventListener("click", async () => {
    if (memory.playing) return pause();
    play.textContent = "Pause";
    const mine = (memory.playing = {}),
      isPlaying = () => memory.playing === mine;
    const first = Number(slider.value) < epochs ? Number(slider.value) : 0;
    await playFrames(range(first, epochs), async (epoch) => {
      if (isPlaying()) await show(epoch);
      return isPlaying() && epoch < epochs;
    });
    if (isPlaying()) pause();
  });
  slider.addEventListener("input", () => {
    pause();
    show(Number(slider.value));
  });
}
