// Posts are cut as Python cuts them (data/posts.py): a link, a handle, a smiley, a score and a run of signs are one
// token each, and those of a kind are listed as one.

import { mendedReview, plain, WORDS } from "./tokens.js";

const IN_WORDS = String.raw`\p{L}\p{N}_`, // what Python calls the signs of words
  SPACES = String.raw`\s\x1c-\x1f\x85`,
  WORD_OVER = `(?![${IN_WORDS}])`,
  ANY_DIGIT = String.raw`\p{Nd}`,
  PICTURE = String.raw`[\u2600-\u27bf\u2b50\u{1f300}-\u{1faff}]`,
  SHADE = String.raw`[\ufe0f\u{1f3fb}-\u{1f3ff}]*`;
const LINKS = [
  String.raw`(?:https?://|www\.)[^${SPACES}<>"]*[^${SPACES}<>"'.,;:!?)\]]`,
  String.raw`(?<![${IN_WORDS}.+\-])[${IN_WORDS}.+\-]+@[${IN_WORDS}\-]+(?:\.[${IN_WORDS}\-]+)+`, // an address for mail
  String.raw`(?<![${IN_WORDS}.\-])(?:[a-z\p{Nd}\-]+\.)+(?:(?:com|org|net|edu|gov)${WORD_OVER}` +
    String.raw`(?:/[^${SPACES}<>"]*[${IN_WORDS}/])?|(?:co|ly|be|tv|io)/[${IN_WORDS}/\-]+)`,
];
const SMILEYS = [
  `<3+${WORD_OVER}`,
  String.raw`[:;=]['^o~\-]{0,2}(?:\)+|\(+${WORD_OVER}|\]|\[${WORD_OVER})`,
  String.raw`(?<![${IN_WORDS}])[:;=]['^o~\-]?[dpo/\\|](?![${IN_WORDS}/])`,
  String.raw`\^_*\^`,
];
const SCORE =
  String.raw`(?<![${IN_WORDS}/.])-?${ANY_DIGIT}+(?:[.,]${ANY_DIGIT}+)? ?(?:/|out of) ?` +
  String.raw`(?:10|5)(?![${IN_WORDS}/]|[.,]${ANY_DIGIT})`;
// Each kind has a group of its own, by which `kindOf` knows it.
const POST = [
  `(?<link>${LINKS.join("|")})`,
  `(?<handle>(?<![${IN_WORDS}@])@[${IN_WORDS}]+)`,
  `(?<score>${SCORE})`,
  `(?<smiley>${SMILEYS.join("|")})`,
  String.raw`(?<emoji>(?<picture>${PICTURE})${SHADE}(?:\k<picture>${SHADE})*)`,
  String.raw`(?<run>[!?]{2,}|(?<sign>[^${IN_WORDS}${SPACES}]|\ufeff)\k<sign>+|__+)`,
].join("|");
const PARTS = new RegExp([POST, ...WORDS].join("|"), "gu"),
  WHOLE = new RegExp(`^(?:${POST})$`, "u"),
  KINDS = ["link", "handle", "score", "smiley", "emoji", "run"];

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

export const posts = (text) => plain(mendedReview(text)).match(PARTS) ?? [];

function kindOf(token) {
  const groups = WHOLE.exec(token)?.groups ?? {};
  return KINDS.find((kind) => groups[kind] !== undefined);
}

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
