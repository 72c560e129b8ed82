// Ready pictures for slides: a card each, with its menu and a link to where the picture comes alive.

import { addressOf, visitor } from "../core/browser.js";
import { createNode } from "../core/dom.js";
import { pictureMenu } from "../picture/menu.js";

export function draw(root, { pictures = [] }) {
  root.append(createNode("ul", { class: "rnn-ready" }, ...pictures.map(card)));
  if (new URLSearchParams(location.search).get("tab") !== "teachers" || visitor.hasActed) return;
  setTimeout(() => root.scrollIntoView({ block: "start" }), 500); // by then the tabs above have their height
}

function card({ name, title, words, source, link, further }) {
  const image = createNode("img", { src: source, alt: "", width: 320, height: 180, loading: "lazy" });
  const way = createNode("a", { href: addressOf(link) }, image, createNode("span", {}, title));
  const heading = createNode("h2", {}, way);
  const menu = pictureMenu({ name: () => name, link: () => link, ready: () => fetchSvg(source) });
  const said = createNode("p", {}, words, ...linksTo(further));
  return createNode("li", { class: "rnn-ready-card", "data-picture": name }, heading, said, menu);
}

// Where a picture shows several networks: a link to each.
function linksTo(further) {
  const links = further.map(({ title, link }) => createNode("a", { href: addressOf(link) }, title));
  return links.length ? [" Open ", ...links.flatMap((link, k) => (k ? [", ", link] : [link])), "."] : [];
}

async function fetchSvg(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error("the picture could not be fetched; reload the page");
  const parsed = new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
  return document.importNode(parsed, true);
}
