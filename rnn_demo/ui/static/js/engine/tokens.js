// How a text is cut into tokens, as Python does it (data/tokens.py); `vocabulary.js` says which rule a network has.

const QUOTES = /[’‘`´‛ʼʹʻ′＇]/g,
  DOUBLE_QUOTES = /[“”]/g,
  HYPHENS = /[–—‑‐−]/g;
const ANY_LETTER = String.raw`[\p{L}\p{Nl}\p{No}]`,
  END = String.raw`(?![\p{L}\p{N}_])`;
export const WORDS = [
  `[a-z]+(?=n't${END})`, // do | n't
  `n't${END}`,
  `'(?:s|re|ve|ll|d|m)${END}`, // it | 's
  String.raw`\p{Nd}+(?:[.,]\p{Nd}+)*`, // 8, 3.14, 299,792
  String.raw`${ANY_LETTER}(?:${ANY_LETTER}|\p{M})*`, // a word in any alphabet, with its accents and vowel signs
  String.raw`[^\p{L}\p{N}_\s\x1c-\x1f\x85]|\ufeff`, // one sign of punctuation, or an emoji
  "_",
];
const WORD = new RegExp(WORDS.join("|"), "gu"),
  ITEM = new RegExp(String.raw`^\s*(?:\(?\p{Nd}{1,3}[.)]|[•*·\-])\s+(?=${ANY_LETTER})`, "u"), // of a list
  TAG = /<\/?[a-z!][^<>]*>/gi, // and not "<3" or "a < b"
  INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, // soft hyphens, zero-width signs
  ENTITY = /&(#x?[\da-f]+|amp|lt|gt|quot|apos|nbsp|rsquo|lsquo|rdquo|ldquo|ndash|mdash|hellip);/gi;
const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: "\u0022", apos: "'", nbsp: "\u00a0", rsquo: "’", lsquo: "‘" };
Object.assign(ENTITIES, { rdquo: "”", ldquo: "“", ndash: "–", mdash: "—", hellip: "…" });
const SENTENCE_MARKS = new Set(".,!?;:\"'()[]…¿¡");

function unescaped(text) {
  const sign = (whole, name) => {
    if (!name.startsWith("#")) return ENTITIES[name.toLowerCase()];
    const number = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
    return number > 0 && number < 0x110000 ? String.fromCodePoint(number) : whole;
  };
  return text.replace(ENTITY, sign).replace(ENTITY, sign); // some pages escape twice: &amp;#39;
}

const withPlainSigns = (text) => text.replace(QUOTES, "'").replace(DOUBLE_QUOTES, "\u0022").replace(HYPHENS, "-");
export const plain = (text) => withPlainSigns(text.normalize("NFC")).toLowerCase();
export const words = (text) => plain(text).match(WORD) ?? [];
const mended = (text) => unescaped(text).replace(TAG, " ").replace(INVISIBLE, "");
const isForeignMark = (word) => /^(?![\0-\x7f])\p{P}/u.test(word);

const WINDOWS_1252 = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ"; // from 0x80 on; a space where there is none

// Signs of Windows-1252 that stand in some files as control characters, and brackets as -lrb-.
export const mendedReview = (text) =>
  mended(text)
    .replace(/-([lr])rb-/gi, (_, side) => (side.toLowerCase() === "l" ? "(" : ")"))
    .replace(/[\x80-\x9f]/g, (sign) => WINDOWS_1252[sign.charCodeAt(0) - 0x80].trim());

// Does Unicode order the sign among others on one letter? An accent then moves before U+0345, the last in that order.
const isCombining = (sign) => sign === "\u0345" || `\u0345${sign}`.normalize("NFD").startsWith(sign);

export const letters = (text) =>
  [...withPlainSigns(unescaped(text).replace(INVISIBLE, "")).trim().toLowerCase().normalize("NFKD")].filter(
    (sign) => !isCombining(sign),
  );

export const accentedLetters = (text) =>
  [...plain(unescaped(text).replace(INVISIBLE, "")).trim()].filter((sign) => !isCombining(sign));

// Letters that Unicode does not take apart.
const BASE_LETTERS = { ł: "l", đ: "d", ø: "o", ð: "d", ħ: "h", ŧ: "t", ı: "i", ß: "s", æ: "a", œ: "e", þ: "t" };

export const withoutAccents = (text) =>
  [...plain(text).replace(/[łđøðħŧıßæœþ]/g, (letter) => BASE_LETTERS[letter]).normalize("NFD")]
    .filter((sign) => !isCombining(sign))
    .join("")
    .normalize("NFC");

export const characters = (text) => [...text];

export const plainWords = (text) =>
  words(mended(text).replace(ITEM, "")).filter((word) => !SENTENCE_MARKS.has(word) && !isForeignMark(word));

export const reviews = (text) => words(mendedReview(text));

export const spacedWords = (text) =>
  text.toLowerCase().replace(/[?']/g, "").split(/(?:[^\S\ufeff]|[\x1c-\x1f\x85])+/).filter(Boolean);
