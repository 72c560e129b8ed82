// The equations of a cell as lines of a given width, for the list beside the drawing: which pieces are in which line.

const LETTER = 9.4, // pixels that a letter of each kind takes, about
  INDEX = 6.6,
  SIGN = 7;
export const LINE = 21; // from one line to the next
const APART = 9; // more between two equations

const BREAKS = [" + ", " − ", " = "];

const widthOf = ({ text, letter, index }) =>
  letter ? (letter === "W" ? 1.6 : 1) * LETTER + INDEX * index.length : SIGN * text.length;

// Pieces in lines no wider than `width`; a line breaks before a sign, and never within a bracketless term.
export function brokenLines(pieces, width, bold = false) {
  const groups = [];
  for (const piece of pieces)
    if (!groups.length || BREAKS.includes(piece.text)) groups.push([piece]);
    else groups.at(-1).push(piece);
  const lines = [[]];
  let used = 0;
  for (const group of groups) {
    const wide = group.reduce((total, piece) => total + widthOf(piece) * (bold ? 1.15 : 1), 0);
    if (used && used + wide > width) {
      lines.push([]);
      used = 14; // the next line is indented
    }
    lines.at(-1).push(...group);
    used += wide;
  }
  return lines;
}

// Where each equation is: [{name, y, height, symbols: lines, numbers: lines}], one below the other.
// `equations` is [{name, symbols, numbers}] in pieces; numbers may be [].
export function planList(equations, width, top = 0) {
  let y = top;
  const rows = equations.map(({ name, symbols, numbers }) => {
    const lines = {
      symbols: brokenLines(symbols, width),
      numbers: numbers.length ? brokenLines(numbers, width - 14, true) : [],
    };
    const height = LINE * (lines.symbols.length + lines.numbers.length) + APART;
    y += height;
    return { name, y: y - height, height, ...lines };
  });
  return { rows, height: y };
}
