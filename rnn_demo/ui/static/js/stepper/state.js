// The current state of the stepper, and the component that it is drawn in.

// `gradients`: "" in a forward pass; in a backward one whose weights: "trained" or "fresh". `answer`: whose loss it is;
// "" for the network's own answer. `notation` is that of the trace, until the reader has chosen one.
export const state = {
  trace: null,
  t: 0,
  layer: 0,
  unit: -1,
  cell: false,
  all: false,
  notation: "pytorch",
  hasChosenNotation: false,
  presenting: false,
  slide: null, // {width, height} of the room on a slide, while one is drawn
  // which panels are open
  head: false,
  input: false,
  fold: false,
  gradients: "",
  answer: "",
  beside: null, // while other networks are beside this one: what a link says of them
  knife: null, // while there is surgery: what a link says of it
};

// `element`, `trigger` and `server` as Gradio gives them; in a notebook there is no server, and the server of a handout
// is the page itself, which knows the weights of units and no more.
// A handout has at hand what the page fetches for surgery: the scripts, what reads a text, and the ranges of its units.
export const page = { element: null, trigger: null, server: null, surgery: null, reading: null, ranges: null };

// Is there a server in Python, and so an address that opens what is shown?
export const hasAddress = () => Boolean(page.server?.gradients);

// What is drawn beside the steps and follows them: each is called after every step and every new trace.
export const followers = new Set();

export const $ = (selector) => page.element.querySelector(selector);

// The chosen layer of the trace.
export const selectedLayer = () => state.trace.layers[state.layer];
