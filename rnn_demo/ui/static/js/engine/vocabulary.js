// By which rule a network's texts are cut, and as what it may list a token, as in Python (data/vocabulary.py).

import { accentedLetters, characters, letters, withoutAccents } from "./tokens.js";
import { plainWords, reviews, spacedWords, words } from "./tokens.js";
import { formsOfPost, posts } from "./posts.js";

const CUTTERS = {
  characters,
  letters,
  accented_letters: accentedLetters,
  words,
  plain_words: plainWords,
  reviews,
  posts,
  spaced_words: spacedWords,
};

const FORMS = {
  posts: formsOfPost,
  accented_letters: (letter) => [letter, withoutAccents(letter)],
};

// As what a token may be listed, the first form first.
export const formsOf = (tokenizer, token) => FORMS[tokenizer]?.(token) ?? [token];

// Is this tokenizer among those that are written here too?
export const isCutHere = (tokenizer) => tokenizer in CUTTERS;

// The tokens of a text; one without any is read as its first sign.
export function tokensOf(tokenizer, text) {
  const tokens = CUTTERS[tokenizer](text);
  return tokens.length ? tokens : [...text.trim()].slice(0, 1);
}

// What cannot be read, in a sentence; "" for a text that can.
export function refusalOf(text) {
  if (!text.trim()) return "The text is empty; write at least one word or letter.";
  return text.length > 50000 ? "The text has more than 50,000 characters; shorten it." : "";
}

const MOST_TOKENS = 256; // of one trace

// The tokens that a trace has room for, and how many more there are: {tokens, cut}. An Error says what cannot be read.
export function tokensForTrace(tokenizer, text) {
  const refusal = refusalOf(text);
  if (refusal) throw new Error(refusal);
  const all = tokensOf(tokenizer, text);
  return { tokens: all.slice(0, MOST_TOKENS), cut: Math.max(0, all.length - MOST_TOKENS) };
}
