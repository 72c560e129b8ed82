// Where the columns and rows of the unrolled network are: their widths, heights and edges. Nothing here draws.

import { START } from "../parts/initial.js";
import { answerAt, sum } from "./trace.js";

export const ATTENTION = 30;
const FULL = { top: 80, input: 64, gap: 26, foot: 40, gutter: 108, neighbours: 230, start: START };
// In presentation mode, where there is no room for the states before the first step.
const COMPACT = { top: 38, input: 16, gap: 16, foot: 22, gutter: 70, neighbours: 110, start: 0 };
const TYPE = { page: 13, presentation: 18 }; // pixels of the smallest type on the screen
const BAR = 46; // pixels of the bar of steps in presentation mode
const DESIGN = { width: 1280, height: 720 }; // the screen at which presentation mode has its smallest type
const NARROW = 700; // a drawing narrower than this has no room for an opened cell between its strips

// The room of the drawing in its own pixels, and how many of the screen's pixels one of them takes.
export function roomOn({ clientWidth, clientHeight }, presenting) {
  // On a phone a presentation is the page's drawing with nothing around it.
  if (!presenting || clientWidth < NARROW)
    return { width: clientWidth, height: Infinity, scale: 1, client: clientWidth };
  const larger = Math.min(clientWidth / DESIGN.width, (clientHeight + BAR) / DESIGN.height);
  const scale = (TYPE.presentation / TYPE.page) * Math.max(1, larger);
  const client = `${clientWidth} ${clientHeight}`;
  return { width: clientWidth / scale, height: clientHeight / scale, scale, client };
}

// The room for an opened cell: null where it has to be drawn below the strips.
export function roomOfCell(trace, room) {
  if (room.width < NARROW) return null;
  const { top, input, gap, foot, gutter, neighbours, start } = measures(room),
    widths = tokenWidths(trace, room),
    sides = start * trace.directions;
  const others = (trace.depth - 1) * (rowHeight(trace, room) + gap) + (trace.attention ? ATTENTION + gap : 0);
  return {
    room: room.width - gutter - sides - 24 - Math.min(neighbours, sum(widths) - Math.min(...widths)),
    limit: room.height === Infinity ? Infinity : room.height - top - 2 * gap - input - foot - others - 4,
    whole: room.height,
  };
}

const measures = (room) => (room.height === Infinity ? FULL : COMPACT);
const rowHeight = (trace, room) => (trace.depth === 1 ? 128 : room.height === Infinity ? 96 : 48);

// Columns as wide as their tokens, and together as wide as the name of their answer where there is room for it.
function tokenWidths(trace, room) {
  const least = trace.length > 40 ? 24 : 36;
  const widths = trace.tokens.map((token) => Math.max(least, Math.min(118, 8 * [...token].length + 14)));
  for (const { start, end, name } of room.height === Infinity ? runsOf(trace) : []) {
    const lacking = 8 * [...name].length + 12 - sum(widths.slice(start, end));
    for (let t = start; t < end && lacking > 0; t++) widths[t] += Math.min(118, lacking) / (end - start);
  }
  return widths;
}

// Positions that stay the same while stepping. A column is as wide as its token or, if there is room, as its answers.
export function layoutColumns(trace, space, open) {
  const { top: head, input: inputHeight, gap, foot, gutter, start } = measures(space),
    room = space.width - open.list.width;
  const longest = longestAnswer(trace),
    ofTokens = tokenWidths(trace, space),
    runs = runsOf(trace);
  const ofAnswers = ofTokens.map((width) => Math.max(width, Math.min(150, 7 * longest + 54)));
  const sides = start * trace.directions; // the states before the first step, at one end or at both
  const totalOf = (widths) => sum(widths) + gutter + sides + 8 + Math.max(0, open.width - Math.min(...widths));
  const roomy = totalOf(ofAnswers) <= room,
    widths = roomy ? ofAnswers : ofTokens;
  const spare = Math.max(0, room - totalOf(widths)) / trace.length;
  const widest = open.width ? 150 : 440; // beside an opened cell, no long way from strip to strip
  const pitches = widths.map((width) => Math.min(Math.max(width, widest), width + spare));
  const lefts = pitches.map((_, t) => gutter + start + sum(pitches.slice(0, t)));
  const top = head + (trace.attention ? ATTENTION + gap : 0),
    tall = rowHeight(trace, space);
  const rows = [];
  let y = top;
  for (let depth = trace.depth - 1; depth >= 0; depth--) {
    rows[depth] = { y, tall }; // the strips stay where they are when a cell opens under them
    y += gap + (open.depth === depth ? Math.max(tall, open.height) : tall);
  }
  const tokens = y + inputHeight + gap;
  const wider = (t) => (open.width ? open.width - pitches[t] : 0);
  return {
    rows,
    tokens,
    open,
    room: space.width,
    roomy,
    space,
    top: head,
    foot,
    floor: tokens + foot,
    gutter,
    compact: space.height !== Infinity,
    input: { y, height: inputHeight },
    height: Math.max(tokens + foot, open.list.height),
    width: open.list.width + gutter + sides + sum(pitches) + Math.max(...pitches.map((_, t) => wider(t))) + 8,
    // The left edge and the width of column t while step `now` is the opened one.
    left: (t, now) => lefts[t] + (t > now ? wider(now) : 0),
    widthOf: (t, now) => pitches[t] + (t === now ? wider(t) : 0),
    // The width of the columns that begin at t and have the same best answer; 0 inside them.
    runFrom: (t) => {
      const run = runs.find(({ start }) => start === t);
      return run ? sum(pitches.slice(run.start, run.end)) : 0;
    },
  };
}

// Whether no edge of a stage that is scrolled cuts column k off while step `now` is the opened one, which counts as
// whole.
export function isWhole({ gutter, open, room, left, widthOf }, k, now, scrolled) {
  const from = left(k, now) - scrolled;
  return k === now || (from > gutter - 1 && from + widthOf(k, now) < room - open.list.width + 1);
}

// Runs of steps with the same best answer: {start, end, name}.
export function runsOf(trace) {
  const best = trace.answers.map((_, t) => answerAt(trace, t));
  const starts = [...best.keys()].filter((t) => best[t] !== best[t - 1]);
  return starts.map((start, k) => ({ start, end: starts[k + 1] ?? trace.length, name: best[start] }));
}

const longestAnswer = (trace) => Math.max(0, ...trace.answers.flat().map(([name]) => [...name].length));
