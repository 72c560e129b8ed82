// A film of a Plotly figure: it carries the lines and the title of every epoch, and the page plays them.

import { fittedTitle } from "./titles.js";

const PACE = 700; // milliseconds that a frame stays
const PATIENCE = 5000; // until a figure is there

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// What Plotly changes for a frame: {lines, title} -> [changes of the lines, changes of the layout].
export const changesOf = (frame) => [{ y: frame.lines }, { "title.text": frame.title }];

// Show a frame, its title in lines that fit.
export function showFrame(figure, frame) {
  const { width, title } = figure._fullLayout ?? {};
  const fitted = width ? fittedTitle(frame.title, width, title.font.size) : frame.title;
  return Plotly.update(figure, ...changesOf({ ...frame, title: fitted }));
}

// Show one frame after another, each for as long as a frame stays, until `show` returns false or there is none left.
export async function playFrames(frames, show) {
  for (const frame of frames) {
    if (!(await show(frame))) return;
    await pause(PACE);
  }
}

// Play the film of the figure in the element `selector`; returns the epoch at which it ended. It ends early where the
// figure is replaced, because the reader has chosen another one: then it returns the epoch on the `slider`, if any.
export async function playFilm(selector, slider = "") {
  const figure = await figureWithFilm(selector),
    isThere = () => document.contains(figure);
  let epoch = 0;
  await playFrames(figure?.layout.meta.frames ?? [], async (frame) => {
    if (!isThere()) return false;
    epoch = frame.epoch;
    await showFrame(figure, frame);
    return true;
  });
  if (figure && isThere()) return epoch;
  return Number((slider && document.querySelector(`${slider} input[type=number]`)?.value) || 0);
}

export async function figureWithFilm(selector) {
  for (let waited = 0; waited < PATIENCE; waited += 50) {
    const figure = document.querySelector(`${selector} .js-plotly-plot`);
    if (window.Plotly && figure?.layout?.meta?.frames) return figure;
    await pause(50);
  }
  return null;
}
