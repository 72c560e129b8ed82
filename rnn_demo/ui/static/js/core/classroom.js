// A page for a class: ?hide=lab,heading takes parts away, ?projector=1 makes all of it large.

// What may be hidden, beside each tab by its name: the name in a link, and what it is on the page.
const PARTS = {
  heading: "#heading, .first-heading",
  tabs: "#tabs > .tab-wrapper, .first-tabs",
  teachers: "#teachers",
  examples: ".rnn-examples",
  tools: "#stepper .tools",
  next: ".rnn-next",
  answers: ".learn-question .learn-tools .learn-plain",
};

// For the last row of a room: large, and what is around a tab takes little of the screen.
const LARGE = `html { font-size: 22px; }
.learn { max-width: 64rem !important; }
#heading p, #tabs > .tab-wrapper button[role=tab]::before { display: none !important; }
#heading h1 { font-size: 1rem !important; margin: 0 !important; }
#tabs > .tab-wrapper button[role=tab] { font-size: 0.9rem !important; height: 2rem !important; }
.rnn-axis, .rnn-name { font-size: 15px !important; }
.rnn-chart-title { font-size: 17px !important; }`;

// The selectors of all that a link hides; what is no word is left out.
export function hiddenBy(names) {
  return names
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => /^[a-z]+$/.test(name))
    .map((name) => PARTS[name] ?? `button[data-tab-id="${name}"], .first-tabs a[href="?tab=${name}"]`);
}

export function arrange(address = location.search) {
  const parameters = new URLSearchParams(address),
    hidden = hiddenBy(parameters.get("hide") ?? "");
  const rules = hidden.length ? [`${hidden.join(", ")} { display: none !important; }`] : [];
  if (parameters.get("projector") === "1") rules.push(LARGE);
  if (rules.length) addStyle(rules.join("\n"));
}

// A style for the whole page: Gradio keeps those of our files to what is inside it.
export function addStyle(text) {
  const style = document.createElement("style");
  style.textContent = text;
  document.head.append(style);
  return style;
}

if (globalThis.location) arrange();
