// The stepper: the unrolled network of one trace, step by step.

import { buildControls, showTrace } from "./controls.js";
import { page } from "./state.js";

// Start in a component's element, with the context that Gradio gives its script; a notebook has no server.
export function mount({ element, props, trigger, watch, server }) {
  Object.assign(page, { element, trigger, server });
  buildControls();
  watch("value", () => showTrace(props.value));
  if (props.value) showTrace(props.value);
  else trigger("open", {});
}
