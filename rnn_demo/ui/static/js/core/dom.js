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

// Give a node these children and keep those that it has: what is the same in both stays untouched, and so the browser
// has only the differences to lay out and to paint.
export function updateChildren(node, children) {
  const former = [...node.childNodes];
  children.forEach((child, k) => (k < former.length ? updateNode(former[k], child) : node.append(child)));
  for (const child of former.slice(children.length)) child.remove();
}

// The browser compares faster than a script; of a group it does not know whether the vectors in it are the same.
const isSame = (node, fresh) => node.nodeName !== "g" && !node.vector && !fresh.vector && node.isEqualNode(fresh);

function updateNode(node, fresh) {
  if (node === fresh || isSame(node, fresh)) return;
  if (node.nodeName !== fresh.nodeName) return node.replaceWith(fresh);
  if (node.data !== fresh.data) node.data = fresh.data; // of a text
  if (!fresh.getAttributeNames) return;
  const names = fresh.getAttributeNames();
  for (const name of names) {
    const value = fresh.getAttribute(name);
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  }
  const all = node.getAttributeNames();
  if (all.length > names.length) for (const name of all) if (!names.includes(name)) node.removeAttribute(name);
  if (node.vector || fresh.vector) node.vector = fresh.vector; // of a strip
  if (node.firstChild || fresh.firstChild) updateChildren(node, [...fresh.childNodes]);
}

// A drawing that is redrawn when its width changes, so that its text keeps its size. `holder.fit()` draws it at once,
// for who has just put it into the page and lets nothing jump; `holder.drawing(width)` makes another one, for a slide.
export function redrawOnResize(draw, forSlide = draw) {
  const holder = createNode("div", { class: "rnn-picture" });
  let width = 0;
  holder.drawing = forSlide;
  holder.fit = () => {
    if (!holder.clientWidth || holder.clientWidth === width) return;
    width = holder.clientWidth;
    holder.replaceChildren(draw(width));
  };
  new ResizeObserver(holder.fit).observe(holder);
  return holder;
}
