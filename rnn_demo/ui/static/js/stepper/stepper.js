// The stepper: the unrolled network of one trace, which the reader walks through.

import { listen, receive } from "./controls.js";
import { page } from "./state.js";

// Start in a component's element, with what Gradio gives its script; a notebook gives the same without a server.
export function mount({ element, props, trigger, watch, server }) {
  Object.assign(page, { element, trigger, server });
  listen();
  watch("value", () => receive(props.value));
  if (props.value) receive(props.value);
  else trigger("open", {});
}
