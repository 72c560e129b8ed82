// Cut texts into tokens. In: {tokenizers, texts}, or beside them `tokens`; out: for each tokenizer and text the tokens,
// or for each tokenizer and token the forms in which it may be listed.

import { readFileSync } from "node:fs";

const { formsOf, tokensOf } = await import("../../../rnn_demo/ui/static/js/engine/vocabulary.js");
const { tokenizers, texts, tokens } = JSON.parse(readFileSync(0, "utf8"));
const answer = (name) => tokens?.map((token) => formsOf(name, token)) ?? texts.map((text) => tokensOf(name, text));
process.stdout.write(JSON.stringify(tokenizers.map(answer)));
