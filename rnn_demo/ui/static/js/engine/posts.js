// Posts are cut as Python cuts them (data/posts.py): a link, a handle, a smiley, a score and a run of signs are one
// token each, and those of a kind are listed as one.

import { mendedReview, plain, WORDS } from "./tokens.js";

const IN_WORDS = String.raw`\p{L}\p{N}_`, // what Python calls the signs of words
  SPACES = String.raw`\s\x1c-\x1f\x85`,
  WORD_OVER = `(?![${IN_WORDS}])`,
  ANY_DIGIT = String.raw`\p{Nd}`,
  PICTURE = String.raw`[\u2600-\u27bf\u2b50\u{1f300}-\u{1faff}]`,
  SHADE = String.raw`[\ufe0f\u{1f3fb}-\u{1f3ff}]*`;
const MAIL = String.raw`[${IN_WORDS}.+\-]+@[${IN_WORDS}\-]+(?:\.[${IN_WORDS}\-]+)+`,
  SITE =
    String.raw`(?:[a-z\p{Nd}\-]+\.)+(?:(?:com|org|net|edu|gov)${WORD_OVER}` +
    String.raw`(?:/[^${SPACES}<>"]*[${IN_WORDS}/])?|(?:co|ly|be|tv|io)/[${IN_WORDS}/\-]+)`,
  SCORE =
    String.raw`-?${ANY_DIGIT}+(?:[.,]${ANY_DIGIT}+)? ?(?:/|out of) ?` +
    String.raw`(?:10|5)(?![${IN_WORDS}/]|[.,]${ANY_DIGIT})`;
// Of each kind: its form, and signs of which it follows none. (No lookbehind: browsers of 2022 cannot read it.)
const KINDS = [
  ["link", String.raw`(?:https?://|www\.)[^${SPACES}<>"]*[^${SPACES}<>"'.,;:!?)\]]`],
  ["link", MAIL, String.raw`[${IN_WORDS}.+\-]`],
  ["link", SITE, String.raw`[${IN_WORDS}.\-]`],
  ["handle", `@[${IN_WORDS}]+`, `[${IN_WORDS}@]`],
  ["score", SCORE, `[${IN_WORDS}/.]`],
  ["smiley", `<3+${WORD_OVER}`],
  ["smiley", String.raw`[:;=]['^o~\-]{0,2}(?:\)+|\(+${WORD_OVER}|\]|\[${WORD_OVER})`],
  ["smiley", String.raw`[:;=]['^o~\-]?[dpo/\\|](?![${IN_WORDS}/])`, `[${IN_WORDS}]`],
  ["smiley", String.raw`\^_*\^`],
  ["emoji", String.raw`(?<picture>${PICTURE})${SHADE}(?:\k<picture>${SHADE})*`],
  ["run", String.raw`[!?]{2,}|(?<sign>[^${IN_WORDS}${SPACES}]|\ufeff)\k<sign>+|__+`],
  ["word", WORDS.join("|")],
].map(([kind, form, after]) => ({
  kind,
  here: new RegExp(form, "uy"),
  whole: new RegExp(`^(?:${form})$`, "u"),
  after: after && new RegExp(after, "u"),
}));

const MOUTHS = { ")": ":)", "]": ":)", "^": ":)", "(": ":(", "[": ":(", 3: "<3", "\\": ":/", "|": ":/" };
// Of the emoji that mean what a smiley means: that smiley.
const MEANINGS = {
  ":)": "☺😀😁😃😄😊🙂😇😌😍🤩🥰👍👏🙌💯✅⭐🌟🎉🏆😎🤗💪🔥",
  ":(": "☹🙁😞😟😠😡😢😣😤😥😩😫😭😒😖👎💩🤮🤢🤬💔😴🥱❌🗑",
  "<3": "❤♥💖💗💓💕💘💙💚💛💜🧡",
  ":d": "😂😅😆🤣",
  ";)": "😉",
  ":p": "😛😜😝🤪",
  ":/": "😕😐😑🤔🙄",
  ":o": "😮😯😲😱",
};
const EMOJI = new Map(Object.entries(MEANINGS).flatMap(([smiley, all]) => [...all].map((emoji) => [emoji, smiley])));

export function posts(text) {
  const whole = plain(mendedReview(text)),
    tokens = [];
  let place = 0,
    before = "";
  while (place < whole.length) {
    const token = tokenAt(whole, place, before);
    if (token) tokens.push(token);
    const passed = token ?? String.fromCodePoint(whole.codePointAt(place));
    place += passed.length;
    before = [...passed].at(-1);
  }
  return tokens;
}

// The token that begins at a place, after the sign `before`; none at a space.
function tokenAt(text, place, before) {
  for (const { here, after } of KINDS) {
    if (after?.test(before)) continue;
    here.lastIndex = place;
    const found = here.exec(text);
    if (found) return found[0];
  }
  return null;
}

const kindOf = (token) => KINDS.find(({ whole }) => whole.test(token))?.kind;

const longDrawn = (word) => [word, word.replace(/(.)\1\1+/gu, "$1$1"), word.replace(/(.)\1\1+/gu, "$1")];

// What a vocabulary of posts lists a token as: where it has not the first form, the second, ...
export function formsOfPost(token) {
  if (/^\p{L}+$/u.test(token)) return /(.)\1\1/u.test(token) ? longDrawn(token) : [token];
  const signs = [...token],
    last = signs.at(-1);
  switch (kindOf(token)) {
    case "link":
      return ["<link>"];
    case "handle":
      return ["<handle>"];
    case "score":
      return [inTenths(token)];
    case "smiley":
      return [token.startsWith(";") && last === ")" ? ";)" : (MOUTHS[last] ?? `:${last}`)];
    case "emoji":
      return [EMOJI.get(signs[0]) ?? signs[0]];
    case "run":
      return [new Set(signs).size === 2 ? "?!" : signs.slice(0, 2).join("")];
    default:
      return [token];
  }
}

// The value of a digit of any alphabet: digits stand in tens, from zero on.
function digit(sign) {
  const code = sign.codePointAt(0);
  let first = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1;
  return (code - first) % 10;
}

// A score as a whole number out of ten: 3.5/5 -> 7/10; a half goes to the even number, as in Python.
function inTenths(score) {
  const [value, scale] = score.replace(/\p{Nd}/gu, digit).split(/ ?(?:\/|out of) ?/),
    tenths = Math.min(10, Math.max(0, (Number(value.replace(",", ".")) * 10) / Number(scale))),
    below = Math.floor(tenths),
    isHalf = tenths - below === 0.5;
  return `${isHalf ? below + (below % 2) : Math.round(tenths)}/10`;
}
