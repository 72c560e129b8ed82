// Mounts a component that a script draws: its value is a JSON text, and it is redrawn whenever that changes.

// `draw(root, data, page)` fills the emptied root. `page` has the component's `element`, `trigger` and `server` as
// Gradio gives them, and `memory`, which it may use to keep something from one drawing to the next.
export function mount(draw, { element, props, trigger, watch, server }) {
  const root = element.querySelector(".rnn-widget"),
    page = { element, trigger, server, memory: {} };
  function refresh() {
    root.replaceChildren();
    draw(root, JSON.parse(props.value || "{}"), page);
    root.dataset.drawn = String(Number(root.dataset.drawn || 0) + 1); // tests wait for this
  }
  watch("value", refresh);
  refresh();
}

// The value of an empty component, for an event that clears it.
export const emptyValue = () => "{}";
