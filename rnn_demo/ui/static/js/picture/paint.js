// Colours that every program with SVG 1.1 understands: #rrggbb, with the opacity in a property of its own. PowerPoint
// and old Inkscape draw `rgba()` and `transparent` as opaque black. Nothing here draws.

const OPACITY = { fill: "fill-opacity", stroke: "stroke-opacity", "stop-color": "stop-opacity" };
const NUMBER = /-?[\d.]+(?:e-?\d+)?%?/g;

// A CSS colour as [#rrggbb, opacity]; null where it is no colour: none, url(#...), inherit, a name.
export function hexAndOpacity(colour) {
  const text = colour.trim().toLowerCase();
  if (text === "transparent") return ["#000000", 0];
  const isShare = text.startsWith("color(srgb"); // what color-mix() is computed to: 0 to 1
  if (!isShare && !/^rgba?\(/.test(text)) return null;
  const [red, green, blue, alpha = "1"] = text.slice(isShare ? 10 : 0).match(NUMBER) ?? [];
  if (blue === undefined) return null;
  const of = (part, whole) => (part.endsWith("%") ? parseFloat(part) / 100 : Number(part) / whole);
  const hex = [red, green, blue].map((part) => {
    const level = Math.round(255 * Math.max(0, Math.min(1, of(part, isShare ? 1 : 255))));
    return level.toString(16).padStart(2, "0");
  });
  return [`#${hex.join("")}`, Math.max(0, Math.min(1, of(alpha, 1)))];
}

// Declarations, [[property, value]], with plain colours. What is wholly transparent is not painted at all.
export function plainDeclarations(declarations) {
  const values = new Map(declarations.filter(([name]) => name !== "paint-order"));
  for (const [name, opacityName] of Object.entries(OPACITY)) {
    const plain = values.has(name) && hexAndOpacity(values.get(name));
    if (!plain) continue;
    const opacity = plain[1] * Number(values.get(opacityName) ?? 1);
    values.set(name, opacity === 0 && name !== "stop-color" ? "none" : plain[0]);
    values.delete(opacityName);
    if (opacity < 1 && values.get(name) !== "none") values.set(opacityName, String(Number(opacity.toFixed(3))));
  }
  return [...values];
}

// The same of a style attribute.
export function plainStyle(text) {
  const declarations = text
    .split(";")
    .map((part) => [part.slice(0, part.indexOf(":")).trim(), part.slice(part.indexOf(":") + 1).trim()])
    .filter(([name, value]) => name && value);
  return plainDeclarations(declarations)
    .map(([name, value]) => `${name}:${value}`)
    .join(";");
}

// The fonts of a page, with the words that only browsers know near the end: other programs take the first family.
export function plainFonts(families) {
  const names = families.split(",").map((name) => name.trim().replace(/"/g, "'"));
  const generic = /^(serif|sans-serif|monospace)$/,
    ofBrowsers = /^(system-ui|-apple-system|ui-[\w-]+|BlinkMacSystemFont)$/;
  const last = names.filter((name) => generic.test(name)),
    young = names.filter((name) => ofBrowsers.test(name));
  const portable = names.filter((name) => name && !generic.test(name) && !ofBrowsers.test(name));
  // What other programs have in place of those that only browsers know:
  if (young.length && !last.includes("monospace")) portable.push("'DejaVu Sans'", "Arial");
  return [...portable, ...young, ...(last.length ? last : ["sans-serif"])].join(", ");
}
