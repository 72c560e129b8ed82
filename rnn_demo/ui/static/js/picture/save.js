// A picture that leaves the page: as a file, or on the clipboard.

import { saveFile } from "../core/browser.js";
import { createNode } from "../core/dom.js";
import { printable } from "../core/text.js";
import { csv } from "./table.js";

export const svgText = (svg) => printable(new XMLSerializer().serializeToString(svg));

export const saveSvg = (svg, name) => saveFile(new Blob([svgText(svg)], { type: "image/svg+xml" }), `${name}.svg`);

export async function savePng(svg, name) {
  saveFile(await pngOf(svg), `${name}.png`);
}

export const saveCsv = (rows, name) =>
  saveFile(new Blob(["\ufeff", csv(rows)], { type: "text/csv;charset=utf-8" }), `${name}.csv`);

// The promise is handed over at once: some browsers allow copying only within the click.
export async function copyPng(picture) {
  if (!globalThis.ClipboardItem || !navigator.clipboard?.write)
    throw new Error("this browser copies pictures only over https; save it as PNG instead");
  await navigator.clipboard.write([new ClipboardItem({ "image/png": picture.then(pngOf) })]);
}

// A picture as PNG, in its own size: 1920 x 1080 for a slide.
async function pngOf(svg) {
  const [width, height] = ["width", "height"].map((name) => Math.round(Number(svg.getAttribute(name)))),
    image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(svg))}`;
  await image.decode();
  const canvas = createNode("canvas", { width, height });
  canvas.getContext("2d").drawImage(image, 0, 0, width, height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the browser made no PNG of it"))), "image/png"),
  );
}
