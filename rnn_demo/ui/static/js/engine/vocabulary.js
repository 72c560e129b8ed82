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
  const found = CUTTERS[tokenizer](text);
  return found.length ? found : [...text.trim()].slice(0, 1);
}
