// Creating elements: text is inserted as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

export function createNode(tag, attributes = {}, ...children) {
  return fillNode(document.createElement(tag), attributes, children);
}

export function createSvg(tag, attributes = {}, ...children) {
  return fillNode(document.createElementNS(SVG, tag), attributes, children);
}

export function fillNode(node, attributes, children = []) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.map((child) => (child instanceof Node ? child : document.createTextNode(String(child)))));
  return node;
}

// A drawing that is redrawn when its width changes, so that its text keeps its size. `holder.drawing(width)` makes
// another one, for a slide.
export function redrawOnResize(draw, forSlide = draw) {
  const holder = createNode("div", { class: "rnn-picture" });
  holder.drawing = forSlide;
  let width = 0;
  new ResizeObserver(() => {
    if (!holder.clientWidth || holder.clientWidth === width) return;
    width = holder.clientWidth;
    holder.replaceChildren(draw(width));
  }).observe(holder);
  return holder;
}
