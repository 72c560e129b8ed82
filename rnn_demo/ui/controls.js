// What the reader does: buttons, slider, keys, clicks; and what arrives from Python.

const SPEEDS = { slow: 1600, normal: 800, fast: 300 };
const SAVE = { "SVG": saveSvg, "PNG (2x)": savePng, "all steps (zip of SVG)": saveAllSteps };
let timer = 0;

function button(name, text, act) {
  const node = make("button", { type: "button", "data-do": name, "aria-label": text, title: text }, icon(name));
  node.addEventListener("click", act);
  return node;
}

function controls() {
  const slider = make("input", { type: "range", class: "slider", min: "1", max: "1", value: "1", "aria-label": "Step" });
  slider.addEventListener("input", () => go(slider.value - 1));
  const speed = make("select", { class: "speed", "aria-label": "Speed of play" }, ...Object.keys(SPEEDS).map((name) => make("option", { value: name }, name)));
  speed.value = "normal";
  $(".bar").append(
    button("first", "First step (Home)", () => go(0)),
    button("back", "One step back (left arrow)", () => go(state.t - 1)),
    button("play", "Play or pause (Space)", play),
    button("forward", "One step forward (right arrow)", () => go(state.t + 1)),
    button("last", "Last step (End)", () => go(state.trace.length - 1)),
    slider, speed);
}

// What opens on demand: the cell, a unit, the notation.
function tools() {
  const cell = make("button", { type: "button", "data-do": "cell", "aria-pressed": "false" }, "Open the cell");
  cell.addEventListener("click", () => showCell(!state.cell));
  const layers = make("select", { class: "which-layer", "aria-label": "Layer" });
  layers.addEventListener("change", () => {
    state.layer = Number(layers.value);
    draw();
    moved();
  });
  const unit = make("button", { type: "button", "data-do": "unit", "aria-pressed": "false" }, "Write out a unit");
  unit.addEventListener("click", () => (state.unit < 0 ? chooseUnit(state.layer, strongest()) : closeUnit()));
  const saving = make("select", { class: "save", "aria-label": "Save the picture" }, make("option", { value: "" }, "Save picture …"),
    ...Object.keys(SAVE).map((name) => make("option", { value: name }, name)));
  saving.addEventListener("change", async () => {
    if (state.trace) await SAVE[saving.value]?.();
    saving.value = "";
  });
  const link = make("button", { type: "button", "data-do": "link" }, "Copy link");
  link.addEventListener("click", copyLink);
  $(".tools").append(cell, layers, unit, saving, link);

  const which = make("input", { type: "number", class: "which-unit", min: "0", "aria-label": "Number of the unit" });
  which.addEventListener("change", () => chooseUnit(state.layer, Math.max(0, Math.round(Number(which.value) || 0))));
  const notation = make("select", { class: "notation", "aria-label": "Notation" },
    make("option", { value: "pytorch" }, "PyTorch’s letters"), make("option", { value: "textbook" }, "textbook letters"));
  notation.addEventListener("change", () => setNotation(notation.value));
  const close = make("button", { type: "button", "data-do": "close-unit" }, "Close");
  close.addEventListener("click", closeUnit);
  $(".unit").append(make("div", { class: "bar" }, "unit", which, notation, close), make("div", { class: "written" }));
}

// The unit that changed most at this step: a good one to look at first.
function strongest() {
  const { trace, t } = state, layer = trace.layers[state.layer];
  const now = row(layer.quantities.h, t), past = before(trace, layer, "h", t);
  return now.reduce((best, value, k) => (Math.abs(value - past[k]) > Math.abs(now[best] - past[best]) ? k : best), 0);
}

function showCell(on) {
  state.cell = on;
  $("[data-do=cell]").setAttribute("aria-pressed", on);
  if (state.trace) draw();
  moved();
}

function closeUnit() {
  state.unit = -1;
  draw();
  moved();
}

function setNotation(notation) {
  state.notation = notation === "textbook" ? "textbook" : "pytorch";
  $(".notation").value = state.notation;
  if (state.trace) draw();
  moved();
}

function play() {
  if (timer) return pause();
  if (!state.trace) return;
  if (state.t === state.trace.length - 1) go(0);
  const next = () => {
    if (state.t >= state.trace.length - 1 || !element.isConnected) return pause();
    go(state.t + 1);
    timer = setTimeout(next, SPEEDS[$(".speed").value]);
  };
  timer = setTimeout(next, SPEEDS[$(".speed").value]);
  $("[data-do=play]").replaceChildren(icon("pause"));
}

function pause() {
  clearTimeout(timer);
  timer = 0;
  $("[data-do=play]").replaceChildren(icon("play"));
}

const KEYS = {
  ArrowLeft: () => go(state.t - 1),
  ArrowRight: () => go(state.t + 1),
  Home: () => go(0),
  End: () => go(state.trace.length - 1),
  " ": play,
};

// Only keys pressed inside the visualizer arrive here. A control keeps the keys that it uses itself.
function onKey(event) {
  const own = event.target.matches("input, select, textarea") || (event.key === " " && event.target.matches("button, summary"));
  if (own || event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS) || !state.trace) return;
  event.preventDefault();
  KEYS[event.key]();
}

function onClick(event) {
  const column = event.target.closest(".column");
  const what = event.target.what;
  if (column && Number(column.dataset.t) !== state.t) go(Number(column.dataset.t));
  if (what && what.layer >= 0) chooseUnit(what.layer, unitUnder(event));
}

function unitUnder(event) {
  const box = event.target.getBoundingClientRect();
  return event.target.what.cells.find((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
}

function onHover(event) {
  const bubble = $(".bubble"), { what } = event.target;
  const unit = what ? unitUnder(event) : -1;
  bubble.hidden = unit < 0;
  if (unit < 0) return;
  bubble.textContent = `${what.title ?? what.name} at step ${what.t + 1}, ${what.layer < 0 ? "number" : "unit"} ${unit}: ${what.values[unit].toFixed(4)}`;
  const home = $(".stepper").getBoundingClientRect();
  bubble.style.left = `${Math.min(event.clientX - home.left + 12, home.width - 210)}px`;
  bubble.style.top = `${event.clientY - home.top + 14}px`;
}

function legend() {
  const colours = make("span", { class: "colours", "aria-hidden": "true" });
  for (let k = 0; k < LEVELS; k++) colours.append(make("i", { style: `background:var(--rnn-v${k})` }));
  $(".legend").append("negative", colours, "positive", make("span", { class: "scales" }));
}

let received = "";

function receive(text) {
  if (!text || text === received) return; // two events may bring the same picture; the reader has stepped on meanwhile
  received = text;
  pause();
  state.trace = readTrace(text);
  const { trace } = state;
  state.layer = Math.min(state.layer, trace.layers.length - 1);
  state.unit = Math.min(state.unit, trace.layers[state.layer].hidden - 1);
  const notes = [restore(trace.start)].filter(Boolean);
  $(".which-layer").replaceChildren(...trace.layers.map((layer, k) => make("option", { value: k }, layerName(trace, layer))));
  $(".which-layer").hidden = trace.layers.length < 2;
  $(".notation").value = state.notation;
  if (trace.cut) notes.push(`The first ${trace.length} tokens are shown; ${trace.cut} more were cut.`);
  if (trace.unknown.length) notes.push(`Not in the vocabulary, read as <UNK>: ${trace.unknown.slice(0, 8).join(", ")}${trace.unknown.length > 8 ? ", …" : ""}.`);
  $(".note").textContent = notes.join(" ");
  $(".note").hidden = !notes.length;
  const { h, x } = trace.scales;
  $(".scales").textContent = `The deepest colour is ±${Number(h.toPrecision(2))} for h, ±${Number(x.toPrecision(2))} for x.`;
  draw();
  element.dataset.ready = Number(element.dataset.ready ?? 0) + 1; // tests wait for this
}

controls();
tools();
legend();
$(".stepper").addEventListener("keydown", onKey);
$(".stage").addEventListener("click", onClick);
$(".stepper").addEventListener("pointermove", onHover);
$(".stepper").addEventListener("pointerleave", () => ($(".bubble").hidden = true));
$(".stage").addEventListener("scroll", () => keepGutter($(".stage").scrollLeft));
new ResizeObserver(() => state.trace && place?.room !== $(".stage").clientWidth && draw()).observe($(".stage"));
const panel = document.querySelector("#states-figures");
if (panel) new MutationObserver(markFigures).observe(panel, { childList: true, subtree: true });
watch("value", () => receive(props.value));
if (props.value) receive(props.value);
else trigger("open", {});
