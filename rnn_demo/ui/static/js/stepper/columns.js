// Where the columns and rows of the unrolled network are: their widths, heights and edges. Nothing here draws.

import { START } from "../parts/initial.js";
import { answerAt, sum } from "./trace.js";

export const ATTENTION = 30;
const TOP = 80, // for the answers
  INPUT = 64,
  LEAST_INPUT = 38, // where a whole screen lacks room
  ROW_GAP = 26,
  FOOT = 40,
  GUTTER = 108, // for the names of the rows
  NARROW_GUTTER = 74, // on a phone, where they are shorter
  NEIGHBOURS = { page: 230, slide: 110 }; // for columns beside an opened cell
const TYPE = { page: 13, presentation: 15, most: 32 }; // pixels of the smallest type on the screen
const BAR = 46; // pixels of the bar of steps in presentation mode
const DESIGN = { width: 1280, height: 720 }; // the screen at which presentation mode has its smallest type
const NARROW = 700; // a drawing narrower than this has no room for an opened cell between its strips
const SMALLER = 0.96, // from one size of type that is tried to the next
  LEAST_FACTOR = 0.3; // of the least type: what does not fit then is cut

// The room of the drawing in its own pixels, and how many of the screen's pixels one of them takes.
export function roomOn({ clientWidth, clientHeight }, presenting) {
  // On a phone a presentation is the page's drawing with nothing around it.
  if (!presenting || clientWidth < NARROW)
    return { width: clientWidth, height: Infinity, scale: 1, client: clientWidth };
  const larger = Math.max(1, Math.min(clientWidth / DESIGN.width, (clientHeight + BAR) / DESIGN.height));
  return roomAt(clientWidth, clientHeight, (larger * TYPE.presentation) / TYPE.page);
}

// The room on a slide, whose smallest type has at least so many pixels.
export const roomOnSlide = ({ width, height }, type) => roomAt(width, height, type / TYPE.page);

const roomAt = (width, height, scale) => ({
  width: width / scale,
  height: height / scale,
  scale,
  client: `${width} ${height}`,
});

// The layout with the largest type at which a whole screen has room for all columns; where none has, with the least
// type, or a smaller one where that would be too high. `layoutIn` lays out in a space; what `isWhole` refuses lacks
// something.
export function largestLayout(space, layoutIn, isWhole = () => true) {
  if (space.height === Infinity) return layoutIn(space);
  const at = (factor) => ({
    ...space,
    scale: space.scale * factor,
    width: space.width / factor,
    height: space.height / factor,
  });
  const isLow = (layout) => layout.height <= layout.space.height + 1 && isWhole(layout),
    isNarrow = (layout) => layout.width <= layout.space.width + 1;
  for (let factor = TYPE.most / TYPE.page / space.scale; factor > 1; factor *= SMALLER) {
    const layout = layoutIn(at(factor));
    if (isLow(layout) && isNarrow(layout)) return layout;
  }
  let layout = layoutIn(space);
  for (let factor = SMALLER; factor > LEAST_FACTOR && !isLow(layout); factor *= SMALLER) layout = layoutIn(at(factor));
  return layout;
}

// The rooms for an opened cell that are tried: none where it has to be drawn below the strips. A whole screen would
// rather show all columns beside it.
export function roomsOfCell(trace, room) {
  if (room.width < NARROW) return [];
  const widths = tokenWidths(trace),
    sides = START * trace.directions,
    isSlide = room.height !== Infinity;
  const others = (trace.depth - 1) * (rowHeight(trace) + ROW_GAP) + (trace.attention ? ATTENTION + ROW_GAP : 0),
    all = sum(widths) - Math.min(...widths),
    few = Math.min(NEIGHBOURS[isSlide ? "slide" : "page"], all);
  return (isSlide ? [all, few] : [few]).map((beside) => ({
    room: room.width - GUTTER - sides - 24 - beside,
    limit: isSlide ? room.height - TOP - 2 * ROW_GAP - INPUT - FOOT - others - 4 : Infinity,
    whole: room.height,
  }));
}

const PHONE_WIDTH = 480; // pixels
export const gutterIn = (space) => (space.width < PHONE_WIDTH && space.height === Infinity ? NARROW_GUTTER : GUTTER);

// A name of a row where there is little room: "32 of 128 units", "32 of 128".
export const shortName = (words, gutter) =>
  gutter < GUTTER && words.length > 10 ? words.split(" ").slice(0, -1).join(" ") : words;

const rowHeight = (trace) => (trace.depth === 1 ? 128 : 96);

// Columns as wide as their tokens, and together as wide as the name of their answer where there is room for it.
function tokenWidths(trace) {
  const least = trace.length > 40 ? 24 : 36;
  const widths = trace.tokens.map((token) => Math.max(least, Math.min(118, 8 * [...token].length + 14)));
  for (const { start, end, name } of runsOf(trace)) {
    const lacking = 8 * [...name].length + 12 - sum(widths.slice(start, end));
    for (let t = start; t < end && lacking > 0; t++) widths[t] += Math.min(118, lacking) / (end - start);
  }
  return widths;
}

// Positions that stay the same while stepping. A column is as wide as its token or, if there is room, as its answers.
export function layoutColumns(trace, space, open) {
  const room = space.width - open.list.width,
    head = TOP,
    gap = ROW_GAP,
    gutter = gutterIn(space),
    start = START;
  const longest = longestAnswer(trace),
    ofTokens = tokenWidths(trace),
    runs = runsOf(trace);
  const ofAnswers = ofTokens.map((width) => Math.max(width, Math.min(150, 7 * longest + 54)));
  const sides = start * trace.directions; // the states before the first step, at one end or at both
  const totalOf = (widths) => sum(widths) + gutter + sides + 8 + Math.max(0, open.width - Math.min(...widths));
  const roomy = totalOf(ofAnswers) <= room,
    widths = roomy ? ofAnswers : ofTokens;
  const wide = Math.max(0, room - totalOf(widths)) / trace.length;
  const widest = open.width ? 150 : 440; // beside an opened cell, no long way from strip to strip
  const pitches = widths.map((width) => Math.min(Math.max(width, widest), width + wide));
  const lefts = pitches.map((_, t) => gutter + start + sum(pitches.slice(0, t)));
  const top = head + (trace.attention ? ATTENTION + gap : 0),
    isOpen = (depth) => open.depth === depth;
  const depths = [...Array(trace.depth).keys()],
    natural = rowHeight(trace);
  const used = sum(depths.map((depth) => gap + (isOpen(depth) ? Math.max(natural, open.height) : natural)));
  // What a whole screen has left makes the strips higher.
  const left = space.height === Infinity ? 0 : space.height - top - used - INPUT - gap - FOOT,
    spare = Math.max(0, left),
    lacking = Math.min(INPUT - LEAST_INPUT, Math.max(0, -left));
  const closed = depths.filter((depth) => !isOpen(depth)).length,
    inputHeight = INPUT - lacking + Math.min(120, closed ? 0.3 * spare : spare),
    tall = natural + (closed ? (0.7 * spare) / closed : 0);
  const rows = [];
  let y = top;
  for (let depth = trace.depth - 1; depth >= 0; depth--) {
    rows[depth] = { y, tall: isOpen(depth) ? natural : tall }; // strips stay where they are when a cell opens below
    y += gap + (isOpen(depth) ? Math.max(natural, open.height) : tall);
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
    foot: FOOT,
    floor: tokens + FOOT,
    gutter,
    isSlide: space.height !== Infinity,
    input: { y, height: inputHeight },
    height: Math.max(tokens + FOOT, open.list.height),
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
