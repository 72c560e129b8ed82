// The program of Python for the edits of a link. In: {checkpoint, text, edits}; out: {program}.

import { readFileSync } from "node:fs";

const { asPython, editsFromText } = await import("../../../rnn_demo/ui/static/js/knife/edits.js");
const { checkpoint, text, edits } = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify({ program: asPython(checkpoint, text, editsFromText(edits).edits) }));
