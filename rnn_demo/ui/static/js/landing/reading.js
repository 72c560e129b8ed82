// The reading of the landing as it goes on: which word is read next, and when. Pure functions.

export const PACE = 1200; // milliseconds between two words
export const REST = 5000; // at the last word, before it is read again
export const READINGS = 3; // by itself; then it rests until somebody asks

// After one beat: the next word, or the first one again while readings are left.
export function nextBeat({ step, readings, ...rest }, last) {
  if (step < last) return { ...rest, step: step + 1, readings };
  return readings > 1
    ? { ...rest, step: 1, readings: readings - 1 }
    : { ...rest, step, readings: 0, isPlaying: false };
}

// After one of the four buttons.
export function afterButton(name, { step, readings, isPlaying }, last) {
  if (name === "back") return { step: Math.max(1, step - 1), readings, isPlaying: false };
  if (name === "forward") return { step: Math.min(last, step + 1), readings, isPlaying: false };
  if (name === "play" && isPlaying) return { step, readings, isPlaying: false };
  return { step: name === "replay" || step === last ? 1 : step, readings: 1, isPlaying: true };
}

// How long it stays at a word; null while nothing is to move.
export function pause({ step, readings, isPlaying }, last, isSeen) {
  if (!isPlaying || !isSeen || (step === last && readings <= 1)) return null;
  return step === last ? REST : PACE;
}
