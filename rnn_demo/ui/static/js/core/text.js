// Formatting of numbers and words.

const MISSING = "not a number"; // null in JSON

const isNumber = (value) => value !== null && Number.isFinite(value);

// A share in percent, which shows 0% and 100% only for exactly none and all: 13%, <1%, >99%; with a digit >99.9%.
export function percent(share, digits = 0) {
  if (!isNumber(share)) return MISSING;
  const least = 10 ** -digits;
  if (share > 0 && 100 * share <= least / 2) return `<${least}%`;
  if (share < 1 && 100 * share >= 100 - least / 2) return `>${(100 - least).toFixed(digits)}%`;
  return `${(100 * share).toFixed(digits)}%`;
}

// A whole number with thousands separators: 12,345.
export const count = (n) => n.toLocaleString("en");

// A number in about three digits: 0.25, 12.5, 140, 3e-4.
export function shortNumber(value) {
  if (!isNumber(value)) return MISSING;
  const size = Math.abs(value);
  if (size && (size >= 1e4 || size < 1e-2)) return value.toExponential(0).replace("e+", "e");
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

// A time as one says it: 0.6 s, 15 s, 1 min 20 s.
export function duration(seconds) {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60),
    rest = Math.round(seconds) % 60;
  return [minutes && `${minutes} min`, (rest || !minutes) && `${rest} s`].filter(Boolean).join(" ");
}

// Ten to a whole power: 1, 10, 10⁻³.
export function powerOfTen(power) {
  if (power === 0 || power === 1) return String(10 ** power);
  return `10${[...String(power)].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign])).join("")}`;
}

// With its sign, in two digits: +0.25, −1.50; what is 0 in two digits has none.
export function signed(value) {
  const size = Math.abs(value).toFixed(2);
  return size === "0.00" ? size : (value < 0 ? "−" : "+") + size;
}

// A number's text with a real minus sign, and none before a zero.
export const minus = (text) => text.replace(/^-(0\.?0*)$/, "$1").replace("-", "−");

// What an SVG file cannot hold: control characters become their symbols, U+2400 and on; lone surrogates become U+FFFD.
export const printable = (text) =>
  String(text)
    .replace(/[\u0000-\u001f]/g, (sign) => String.fromCharCode(0x2400 + sign.charCodeAt(0)))
    .replace(/[\ud800-\udfff\ufffe\uffff]/gu, "\ufffd");

// A token that can be seen: a space becomes ␣.
export const tokenText = (token) => (printable(token).trim() ? printable(token) : "␣");

// A list in a sentence: a, b and c.
export const listed = (parts) => [parts.slice(0, -1).join(", "), parts.at(-1)].filter(Boolean).join(" and ");

// A text cut to what fits in `width` pixels at about `size` pixels a letter.
export function fitted(text, width, size = 6.4) {
  return shortened(text, Math.max(1, Math.floor(width / size)));
}

// A text of at most `most` letters.
export function shortened(text, most = 16) {
  const letters = [...text];
  return letters.length <= most ? text : `${letters.slice(0, Math.max(1, most - 1)).join("")}…`;
}

// Words in lines of at most `most` letters.
export function wrapped(words, most) {
  const lines = [""];
  for (const word of words.split(" ")) {
    if (lines.at(-1) && lines.at(-1).length + word.length >= most) lines.push("");
    lines.push([lines.pop(), word].filter(Boolean).join(" "));
  }
  return lines;
}
