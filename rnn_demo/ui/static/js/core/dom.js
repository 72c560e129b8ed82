// Creating elements: text is inserted as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

export function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function drawSvg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

export function fill(node, attributes, children = []) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.map((child) => (child instanceof Node ? child : document.createTextNode(String(child)))));
  return node;
}

// A drawing that is redrawn when its width changes, so that its text keeps its size.
export function keepWidth(draw) {
  const holder = make("div", { class: "rnn-picture" });
  let width = 0;
  new ResizeObserver(() => {
    if (!holder.clientWidth || holder.clientWidth === width) return;
    width = holder.clientWidth;
    holder.replaceChildren(draw(width));
  }).observe(holder);
  return holder;
}
