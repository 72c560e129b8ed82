// For the slide: what is drawn, as SVG, as PNG at twice the size, or every step in one zip; and a link to this view.

// A copy of a drawing that needs nothing from the page: every style that matters is written into its elements.
const FONT = ["font-family", "font-size", "font-weight", "font-style"];
const INLINED = [...FONT, "fill", "stroke", "stroke-width", "opacity", "text-anchor", "text-decoration", "paint-order", "stroke-linejoin"];

function frozen(original) {
  const copy = original.cloneNode(true);
  const from = [original, ...original.querySelectorAll("*")], to = [copy, ...copy.querySelectorAll("*")];
  from.forEach((node, k) => {
    const style = getComputedStyle(node);
    to[k].setAttribute("style", INLINED.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";"));
    if (node.what) describeNumbers(to[k], node.what);
  });
  return copy;
}

// The numbers of a strip, as the page has them, in a form that a reader of the file can parse: a value for each unit.
function describeNumbers(node, { name, t, layer, values, units }) {
  node.setAttribute("data-quantity", name);
  node.setAttribute("data-step", t + 1);
  node.setAttribute("data-layer", layer + 1); // 0: the input
  node.setAttribute("data-units", units.join(" "));
  node.setAttribute("data-values", units.map((unit) => Number(values[unit].toPrecision(7))).join(" "));
}

// The written-out unit is text of the page: each piece goes where it stands on the screen.
function textAsSvg(box) {
  const home = box.getBoundingClientRect(), group = draw_svg("g");
  const add = (text, x, y, style) => {
    const node = label(text, (x - home.left).toFixed(1), (y - home.top).toFixed(1), {
      style: [...FONT.map((name) => `${name}:${style.getPropertyValue(name)}`), `fill:${style.color}`].join(";"),
    });
    node.setAttribute("xml:space", "preserve");
    group.append(node);
  };
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  for (let piece = walker.nextNode(); piece; piece = walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(piece);
    const style = getComputedStyle(piece.parentElement), place = range.getClientRects()[0];
    if (!place || !piece.data.trim()) continue;
    add(piece.data, place.left, place.bottom - place.height * 0.22, style);
  }
  return { node: group, width: home.width, height: home.height };
}

// Everything that is open, one under the other, with what it is in a line beneath.
function slide() {
  const { trace } = state, parts = [];
  $(".stepper").classList.add("still"); // no colour on its way to another
  const drawings = [$(".stage > svg"), $(".under").hidden ? null : $(".under > svg")].filter(Boolean);
  $(".gutter").setAttribute("transform", "translate(0 0)");
  for (const drawing of drawings) {
    const [width, height] = ["width", "height"].map((name) => Number(drawing.getAttribute(name)));
    parts.push({ node: frozen(drawing), width, height });
  }
  keepGutter($(".stage").scrollLeft);
  if (state.unit >= 0) parts.push(textAsSvg($(".written")));
  const width = Math.max(480, ...parts.map((part) => part.width)) + 24;
  const whole = draw_svg("svg", { xmlns: "http://www.w3.org/2000/svg" });
  whole.append(draw_svg("title", {}, describePicture(trace)));
  whole.append(draw_svg("rect", { width: "100%", height: "100%", fill: paper() }));
  let y = 12;
  for (const { node, height } of parts) {
    whole.append(draw_svg("g", { transform: `translate(12 ${y})` }, node));
    y += height + 10;
  }
  const ink = getComputedStyle(element).color;
  const reads = `${trace.title} (${trace.cell.title}) reads “${fitted(text(trace), 90, 1)}”`;
  const caption = `${reads}, step ${state.t + 1} of ${trace.length}: `;
  const answers = trace.answers[state.t].map(([name, share]) => `${name} ${percent(share)}`).join(", ");
  const written = (lines, x, size) => {
    const style = `fill:${ink};font-family:sans-serif;font-size:${size}px`;
    lines.forEach((words, k) => whole.append(label(words, x, y + 10 + 17 * k, { style })));
    y += 17 * lines.length + 7;
  };
  written(wrapped(caption + answers, (width - 28) / 6.8), 14, 13);
  for (let k = 0; k < LEVELS; k++) {
    const colour = getComputedStyle(element).getPropertyValue(`--rnn-v${k}`).trim();
    whole.append(draw_svg("rect", { x: 14 + 8 * k, y, width: 8, height: 12, style: `fill:${colour}` }));
  }
  const left = 22 + 8 * LEVELS;
  written(wrapped(`negative to positive. ${scalesInWords(trace)}`, (width - left - 14) / 6.2), left, 12);
  fill(whole, { width, height: y, viewBox: `0 0 ${width} ${y}` }, []);
  $(".stepper").classList.remove("still");
  return { text: visible(new XMLSerializer().serializeToString(whole)), width, height: y };
}

// Words in lines of at most `most` letters.
function wrapped(words, most) {
  const lines = [""];
  for (const word of words.split(" ")) {
    if (lines.at(-1) && lines.at(-1).length + word.length >= most) lines.push("");
    lines.push([lines.pop(), word].filter(Boolean).join(" "));
  }
  return lines;
}

const text = (trace) => trace.tokens.join(trace.tokens.every((token) => [...token].length === 1) ? "" : " ");

function paper() {
  for (let node = element; node; node = node.parentElement) {
    const colour = getComputedStyle(node).backgroundColor;
    if (colour && !/, 0\)$|transparent/.test(colour)) return colour;
  }
  return "#ffffff";
}

const fileName = (end) => `${state.trace.title}-step-${state.t + 1}.${end}`;

function save(blob, name) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

const saveSvg = () => save(new Blob([slide().text], { type: "image/svg+xml" }), fileName("svg"));

async function savePng() {
  const { text, width, height } = slide(), picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await picture.decode();
  const canvas = make("canvas", { width: 2 * width, height: 2 * height });
  canvas.getContext("2d").drawImage(picture, 0, 0, 2 * width, 2 * height);
  canvas.toBlob((blob) => save(blob, fileName("png")), "image/png");
}

async function saveAllSteps() {
  const { t, trace } = state, files = [];
  for (let k = 0; k < trace.length; k++) {
    go(k, true);
    if (state.unit >= 0) await drawUnit();
    files.push([`step-${String(k + 1).padStart(3, "0")}.svg`, new TextEncoder().encode(slide().text)]);
  }
  go(t, true);
  save(new Blob(zip(files), { type: "application/zip" }), `${trace.title}-all-steps.zip`);
}

// A zip archive without compression (PKWARE APPNOTE 4.3): each file with its header, then the directory.
function zip(files) {
  const u16 = (n) => [n & 255, (n >> 8) & 255], u32 = (n) => [...u16(n & 65535), ...u16(n >>> 16)];
  const parts = [], directory = [];
  let offset = 0;
  for (const [name, data] of files) {
    const title = new TextEncoder().encode(name);
    const flags = [...u16(20), ...u16(2048), ...u16(0), ...u32(0x00210000)]; // version 2.0, UTF-8, stored, 1980-01-01
    const sizes = [...u32(crc32(data)), ...u32(data.length), ...u32(data.length), ...u16(title.length), ...u16(0)];
    const header = Uint8Array.from([...u32(0x04034b50), ...flags, ...sizes, ...title]);
    const nothing = [...u32(0), ...u16(0), ...u32(0)]; // comment, disk, attributes
    directory.push([...u32(0x02014b50), ...u16(20), ...flags, ...sizes, ...nothing, ...u32(offset), ...title]);
    parts.push(header, data);
    offset += header.length + data.length;
  }
  const entries = directory.flat(), count = u16(files.length);
  const end = [...u32(0x06054b50), ...u32(0), ...count, ...count, ...u32(entries.length), ...u32(offset), ...u16(0)];
  return [...parts, Uint8Array.from([...entries, ...end])];
}

function crc32(data) {
  let crc = -1;
  for (const byte of data) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}

// --- the link -----------------------------------------------------------------------------------------------------

const VIEWS = { cell: () => state.cell, unit: () => state.unit >= 0, whole: () => state.all };

// This view as parameters. What is as it is by default is left out, so that a link stays short.
function parameters() {
  const { trace, t } = state, layer = trace.layers[state.layer];
  const open = Object.keys(VIEWS).filter((name) => VIEWS[name]());
  const found = { tab: "states", model: trace.checkpoint, text: (trace.start.text ?? "").slice(0, 2000), step: t + 1 };
  if (trace.layers.length > 1) Object.assign(found, { layer: layer.layer + 1, direction: layer.direction });
  if (state.unit >= 0) found.unit = state.unit;
  if (open.length) found.view = open.join(",");
  if (state.notation !== "pytorch") found.notation = state.notation;
  if (figureShown()) found.figure = figureShown();
  return new URLSearchParams(found);
}

// The Plotly figure that is open under the stepper, by its name.
function figureShown() {
  const picked = document.querySelector("#states-view input:checked");
  return picked?.offsetParent ? picked.value : undefined;
}

const here = () => `${location.origin}${location.pathname}?${parameters()}`;

// Only after something was drawn and the reader did something, so a link is never overwritten before it was read.
// Written a moment after the last change: browsers refuse too many, and each costs time.
let writing = 0;
function moved() {
  if (!server) return; // in a notebook: no address to write
  clearTimeout(writing);
  writing = setTimeout(() => {
    if (state.trace && element.offsetParent) history.replaceState(history.state, "", here());
    if (document.querySelector("#states-after input[value='the present step']:checked")?.offsetParent) explainStep();
  }, 150);
}

// A figure that explains the present step follows it, once the reader rests on it.
let explainedStep = -1;
function explainStep() {
  if (state.t === explainedStep) return;
  explainedStep = state.t;
  trigger("explain", {});
}

async function copyLink() {
  const button = $("[data-do=link]");
  try {
    await navigator.clipboard.writeText(here());
    button.textContent = "Copied";
  } catch {
    button.textContent = "The link stands in the address bar";
    moved();
  }
  setTimeout(() => (button.textContent = "Copy link"), 2500);
}

const ALONE = { layer: "this model has one layer", step: "this text has one step", unit: "this layer has one unit" };

// What a link asks for, as far as it can be had; returns a sentence about what cannot.
function restore(start) {
  const { trace } = state, refused = [];
  const whole = (name, low, high, fallback) => {
    if (start[name] === undefined) return fallback;
    const value = Number(start[name]);
    if (Number.isInteger(value) && value >= low && value <= high) return value;
    const possible = low === high ? ALONE[name] : `${low} to ${high} is possible`;
    refused.push(`${name}=${fitted(String(start[name]), 20, 1)} (${possible})`);
    return fallback;
  };
  const choice = (name, allowed, fallback) => {
    if (start[name] === undefined || allowed.includes(start[name])) return start[name] ?? fallback;
    const possible = [...new Set(allowed)].join(" or ");
    refused.push(`${name}=${fitted(String(start[name]), 20, 1)} (${possible} is possible)`);
    return fallback;
  };
  const depth = whole("layer", 1, trace.depth, 1) - 1;
  const direction = choice("direction", trace.layers.map((layer) => layer.direction), "forward");
  if (start.layer !== undefined || start.direction !== undefined)
    state.layer = trace.layers.findIndex((layer) => layer.layer === depth && layer.direction === direction);
  state.t = whole("step", 1, trace.length, trace.length) - 1;
  state.unit = whole("unit", 0, trace.layers[state.layer].hidden - 1, state.unit);
  state.notation = choice("notation", ["pytorch", "textbook"], state.notation);
  const views = start.view === undefined ? [] : start.view.split(",");
  const wrong = views.filter((name) => !(name in VIEWS));
  if (wrong.length) refused.push(`view=${fitted(wrong.join(), 20, 1)} (${Object.keys(VIEWS).join(", ")} is possible)`);
  if (views.includes("cell")) state.cell = true;
  if (views.includes("whole")) state.all = true;
  choice("figure", trace.figures ?? [], undefined); // Python opens it
  if (views.includes("unit") && state.unit < 0) state.unit = strongest();
  return refused.length ? `Of the link this was left out: ${refused.join("; ")}.` : "";
}
