// Making elements: text goes in as text, never as markup.

const SVG = 'http://www.w3.org/2000/svg';

function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function draw_svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.map((child) => (child instanceof Node ? child : document.createTextNode(String(child)))));
  return node;
}

function percent(p) {
  return p > 0.995 && p < 1 ? '> 99 %' : p < 0.005 && p > 0 ? '< 1 %' : Math.round(100 * p) + ' %';
}

// A picture that is drawn anew when its place gets wider or narrower, so that its letters keep their size.
function keep_width(picture) {
  const holder = make('div', { class: 'rnn-picture' });
  let width = 0;
  new ResizeObserver(() => {
    if (!holder.clientWidth || holder.clientWidth === width) return;
    width = holder.clientWidth;
    holder.replaceChildren(picture());
  }).observe(holder);
  return holder;
}
