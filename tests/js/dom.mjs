// As much of a browser's document as the page's scripts need to draw, for tests without a browser.

export class Node {
  constructor(tag = "", text = "") {
    Object.assign(this, {
      tag,
      text,
      children: [],
      attributes: {},
      listeners: {},
      dataset: {},
      found: {},
      parentElement: null,
    });
    this.style = { setProperty: (name, value) => (this.style[name] = value) };
    this.classList = { add() {}, remove() {}, toggle() {} };
    Object.assign(this, {
      clientWidth: 800,
      scrollLeft: 0,
      scrollTop: 0,
      scrollHeight: 0,
      hidden: false,
      offsetParent: this,
    });
  }
  get textContent() {
    return this.text + this.children.map((child) => child.textContent).join("");
  }
  set textContent(text) {
    Object.assign(this, { children: [], text: String(text) });
  }
  get firstChild() {
    return this.children[0] ?? (this.found.first ??= new Node());
  }
  get lastChild() {
    return this.children.at(-1) ?? this.firstChild;
  }
  append(...nodes) {
    for (const node of nodes) {
      const child = node instanceof Node ? node : new Node("", String(node));
      child.parentElement = this;
      this.children.push(child);
    }
  }
  prepend(...nodes) {
    const old = this.children.splice(0);
    this.append(...nodes, ...old);
  }
  replaceChildren(...nodes) {
    Object.assign(this, { children: [], text: "" });
    this.append(...nodes);
  }
  replaceWith(node) {
    const { children } = this.parentElement;
    node.parentElement = this.parentElement;
    children[children.indexOf(this)] = node;
  }
  remove() {
    this.parentElement?.children.splice(this.parentElement.children.indexOf(this), 1);
  }
  setAttribute(name, value) {
    this.attributes[name] = String(value);
    if (name.startsWith("data-")) this.dataset[name.slice(5)] = String(value);
  }
  getAttribute(name) {
    return this.attributes[name] ?? null;
  }
  isEqualNode(other) {
    const [mine, theirs] = [this, other].map(({ tag, text, attributes }) => JSON.stringify([tag, text, attributes]));
    const { children } = this;
    return (
      mine === theirs &&
      children.length === other.children.length &&
      children.every((child, k) => child.isEqualNode(other.children[k]))
    );
  }
  get childNodes() {
    return this.children;
  }
  get nodeName() {
    return this.tag;
  }
  get data() {
    return this.text;
  }
  set data(text) {
    this.text = text;
  }
  getAttributeNames() {
    return Object.keys(this.attributes);
  }
  hasAttribute(name) {
    return name in this.attributes;
  }
  removeAttribute(name) {
    delete this.attributes[name];
  }
  all() {
    return [this, ...this.children.flatMap((child) => child.all())];
  }
  // The first element with that class or data; where there is none, always the same stand-in.
  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? (this.found[selector] ??= new Node());
  }
  querySelectorAll(selector) {
    const name = selector.match(/^\.([\w-]+)$/)?.[1],
      data = selector.match(/^\[data-([\w-]+)\]$/)?.[1];
    return this.all().filter((node) =>
      name ? node.getAttribute("class")?.split(" ").includes(name) : data ? `data-${data}` in node.attributes : false,
    );
  }
  closest() {
    return null;
  }
  matches() {
    return false;
  }
  addEventListener(kind, act) {
    (this.listeners[kind] ??= []).push(act);
  }
  send(kind, event = {}) {
    for (const act of this.listeners[kind] ?? []) act({ target: this, preventDefault() {}, ...event });
  }
  getBoundingClientRect() {
    return { left: 0, top: 0, width: 100, height: 100, right: 100, bottom: 100 };
  }
  getContext() {
    return { measureText: (text) => ({ width: 7 * text.length }) };
  }
  focus() {}
  scrollIntoView() {}
}

// Put the stand-ins where scripts look for them.
export function install() {
  const document = {
    createElement: (tag) => new Node(tag),
    createElementNS: (_, tag) => new Node(tag),
    createTextNode: (text) => new Node("", text),
    querySelector: () => null,
    addEventListener() {},
    activeElement: null,
  };
  class Observer {
    observe() {}
  }
  class Resize {
    constructor(act) {
      this.act = act;
    }
    observe() {
      this.act();
    }
  }
  Object.assign(globalThis, {
    Node,
    document,
    window: globalThis,
    requestAnimationFrame: (act) => setTimeout(act),
    innerWidth: 1280,
    innerHeight: 800,
    matchMedia: () => ({ matches: false }),
    MutationObserver: Observer,
    ResizeObserver: Resize,
    getComputedStyle: () => ({ fontFamily: "sans-serif", color: "black", getPropertyValue: () => "" }),
    location: { origin: "http://localhost", pathname: "/" },
    history: { state: null, replaceState() {} },
  });
}
