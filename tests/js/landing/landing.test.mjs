import assert from "node:assert/strict";
import { test } from "node:test";
import { PACE, REST, afterButton, nextBeat, pause } from "../../../rnn_demo/ui/static/js/landing/reading.js";

const LAST = 4;

// All steps until it rests, and how long it stays at each.
function played(state, most = 100) {
  const steps = [],
    times = [];
  while (steps.length < most) {
    steps.push(state.step);
    const time = pause(state, LAST, true);
    if (time === null) return { steps, times, state };
    times.push(time);
    state = nextBeat(state, LAST);
  }
  throw new Error("it never rests");
}

test("it reads word after word, as often as it may, and then rests at the last", () => {
  const { steps, times } = played({ step: 1, readings: 2, isPlaying: true });
  assert.deepEqual(steps, [1, 2, 3, 4, 1, 2, 3, 4]);
  assert.deepEqual(times, [PACE, PACE, PACE, REST, PACE, PACE, PACE]);
});

test("nothing is timed while it is out of sight or stands still", () => {
  assert.equal(pause({ step: 2, readings: 2, isPlaying: true }, LAST, false), null);
  assert.equal(pause({ step: 2, readings: 2, isPlaying: false }, LAST, true), null);
});

test("the buttons pause, go on, step within the sentence and read it again", () => {
  const playing = { step: 2, readings: 3, isPlaying: true },
    still = { step: 2, readings: 3, isPlaying: false };
  assert.deepEqual(afterButton("play", playing, LAST), still);
  assert.deepEqual(played(afterButton("play", still, LAST)).steps, [2, 3, 4]);
  assert.deepEqual(played(afterButton("play", { ...still, step: LAST }, LAST)).steps, [1, 2, 3, 4]);
  assert.deepEqual(played(afterButton("replay", still, LAST)).steps, [1, 2, 3, 4]);
  assert.deepEqual(afterButton("back", playing, LAST), { ...still, step: 1 });
  assert.deepEqual(afterButton("back", { ...still, step: 1 }, LAST), { ...still, step: 1 });
  assert.deepEqual(afterButton("forward", { ...still, step: LAST }, LAST), { ...still, step: LAST });
});
