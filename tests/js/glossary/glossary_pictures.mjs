// In: {descriptions}; out: for each how many parts its picture has, and every number in it that is none.

import { readFileSync } from "node:fs";
import { Node, install } from "../dom.mjs";

install();
const { picture } = await import("../../../rnn_demo/ui/static/js/glossary/pictures.js");
const { descriptions } = JSON.parse(readFileSync(0, "utf8"));
const answers = descriptions.map((description) => {
  const parts = picture(description)?.children.filter((part) => part instanceof Node) ?? [];
  const broken = parts.flatMap(({ attributes }) => Object.values(attributes)).filter((value) => /NaN|undefined/.test(value));
  return { parts: parts.length, broken };
});
process.stdout.write(JSON.stringify(answers));
