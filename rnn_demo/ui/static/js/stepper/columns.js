// Where the columns and rows of the unrolled network are: their widths, heights and edges. Nothing here draws.

import { sum } from "./trace.js";

export const GUTTER = 90;
export const INPUT = 64;
export const TOP = 70;
export const FOOT = 40;
export const ATTENTION = 30;
const GAP = 26;

// Positions that stay the same while stepping. A column is as wide as its token or, if there is room, as its answers.
export function layoutColumns(trace, room, open) {
  const least = trace.length > 40 ? 24 : 36,
    longest = longestAnswer(trace);
  const ofTokens = trace.tokens.map((token) => Math.max(least, Math.min(118, 8 * [...token].length + 14)));
  const runs = runsOf(trace);
  for (const { start, end, name } of runs) {
    const lacking = 6.3 * [...name].length + 12 - sum(ofTokens.slice(start, end));
    for (let t = start; t < end && lacking > 0; t++) ofTokens[t] += Math.min(118, lacking) / (end - start);
  }
  const ofAnswers = ofTokens.map((width) => Math.max(width, Math.min(136, 6.3 * longest + 50)));
  const totalOf = (widths) => sum(widths) + GUTTER + 8 + Math.max(0, open.width - Math.max(...widths));
  const roomy = totalOf(ofAnswers) <= room,
    widths = roomy ? ofAnswers : ofTokens;
  const spare = Math.max(0, room - totalOf(widths)) / trace.length;
  const pitches = widths.map((width) => Math.min(Math.max(width, 150), width + spare));
  const lefts = pitches.map((_, t) => GUTTER + sum(pitches.slice(0, t)));
  const top = TOP + (trace.attention ? ATTENTION + GAP : 0),
    tall = trace.depth > 1 ? 96 : 128;
  const rows = [];
  let y = top;
  for (let depth = trace.depth - 1; depth >= 0; depth--) {
    const height = open.depth === depth ? Math.max(tall, open.height) : tall;
    rows[depth] = { y, height };
    y += height + GAP;
  }
  const tokens = y + INPUT + GAP;
  const wider = (t) => (open.width ? open.width - pitches[t] : 0);
  return {
    rows,
    tokens,
    open,
    room,
    roomy,
    tall,
    input: { y, height: INPUT },
    height: tokens + FOOT,
    width: lefts.at(-1) + pitches.at(-1) + Math.max(...pitches.map((_, t) => wider(t))) + 8,
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

// Runs of steps with the same best answer: {start, end, name}.
export function runsOf(trace) {
  const best = trace.answers.map(([first]) => first?.[0] ?? "");
  const starts = [...best.keys()].filter((t) => best[t] !== best[t - 1]);
  return starts.map((start, k) => ({ start, end: starts[k + 1] ?? trace.length, name: best[start] }));
}

const longestAnswer = (trace) => Math.max(0, ...trace.answers.flat().map(([name]) => [...name].length));
