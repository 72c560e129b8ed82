// What a handout says of words that it lacks.

import { count, listed, tokenText } from "../core/text.js";

const MOST_NAMED = 8;

// These `missing` tokens in a sentence, "" where there are none; of a network with `total` tokens.
export function missingSentence(missing, { total, words: { piece } }) {
  if (!missing.length) return "";
  const named = missing.slice(0, MOST_NAMED).map((token) => `“${tokenText(token)}”`),
    rest = missing.length - named.length,
    all = listed(rest ? [...named, `${rest} more`] : named),
    it = missing.length > 1 ? "them" : "it";
  return (
    `This file does not know ${all}: it reads ${it} as <UNK>, so its answer may differ from the app’s. ` +
    `The app knows ${count(total)} ${piece}s.`
  );
}
