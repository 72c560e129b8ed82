// Where the terms of the glossary occur in a text. Nothing here touches the page.

// A pattern that finds any form of any entry, the longest first, and the name of the entry that each form belongs to.
export function makePattern(entries) {
  const names = new Map();
  for (const { name, forms } of entries) for (const form of [name, ...forms]) names.set(form.toLowerCase(), name);
  const forms = [...names.keys()].sort((a, b) => b.length - a.length).map(escaped);
  const before = "(^|[^\\p{L}\\p{N}_-])"; // browsers of 2022 cannot all look behind
  return { names, pattern: new RegExp(`${before}(${forms.join("|")})(?![\\p{L}\\p{N}_-])`, "giu") };
}

const escaped = (form) => form.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/ /g, "\\s+");

// The first use of each term that `earlier` does not have yet: [{start, stop, name}]; they are added to `earlier`.
export function findTerms(text, { names, pattern }, earlier) {
  const terms = [];
  for (const match of text.matchAll(pattern)) {
    const [, before, form] = match,
      name = names.get(form.toLowerCase().replace(/\s+/g, " "));
    if (earlier.has(name)) continue;
    earlier.add(name);
    const start = match.index + before.length;
    terms.push({ start, stop: start + form.length, name });
  }
  return terms;
}

// Where a box of this size is shown: under what it belongs to if there is room, else above it, within the window.
export function placeBeside({ left, top, bottom }, size, room, gap = 6) {
  const x = Math.max(8, Math.min(left, room.width - size.width - 8));
  const below = bottom + gap + size.height <= room.height - 8;
  return { x, y: Math.max(8, below ? bottom + gap : top - gap - size.height) };
}
