// What the reader of the stepper sees at the moment, and the component that it is drawn in.

export const state = { trace: null, t: 0, layer: 0, unit: -1, cell: false, all: false, notation: "pytorch" };

// `element`, `trigger` and `server` as Gradio gives them; in a notebook there is no server.
export const page = { element: null, trigger: null, server: null };

export const $ = (selector) => page.element.querySelector(selector);

// The layer that is chosen, as it stands in the trace.
export const chosenLayer = () => state.trace.layers[state.layer];
