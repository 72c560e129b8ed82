// Where the number beside each operation goes of the opened cell: the first place that no wire and no node takes.

const NUMBER_WIDTH = 42, // pixels of a number such as −0.98
  NUMBER_HEIGHT = 12,
  BESIDE_SIGN = 4;

// Give each operation `number`: {x, y, anchor} of the text for its number.
export function placeNumbers({ nodes, wires }) {
  const boxes = [...nodes.values()].map(({ x, y, w, h }) => [x - w / 2, y - h / 2, x + w / 2, y + h / 2]);
  for (const { points } of wires)
    points.slice(1).forEach(([x, y], k) => {
      const [x0, y0] = points[k];
      boxes.push([Math.min(x, x0) - 1, Math.min(y, y0) - 1, Math.max(x, x0) + 1, Math.max(y, y0) + 1]);
    });
  for (const node of nodes.values()) {
    if (node.kind !== "op") continue;
    const places = placesBeside(node);
    node.number = places.find((place) => isFree(boxOf(place), boxes)) ?? places[0];
    boxes.push(boxOf(node.number));
  }
}

// Possible places, the best first: at its right, above it, at its left, and at its corners.
function placesBeside({ x, y, w, h }) {
  const [right, left] = [x + w / 2 + BESIDE_SIGN, x - w / 2 - BESIDE_SIGN];
  const corners = [y - 6, y + 15].flatMap((line) => [
    { x: right - 2, y: line, anchor: "start" },
    { x: left + 2, y: line, anchor: "end" },
  ]);
  return [
    { x: right, y: y + 4.5, anchor: "start" },
    { x, y: y - h / 2 - BESIDE_SIGN, anchor: "middle" },
    { x: left, y: y + 4.5, anchor: "end" },
    ...corners,
  ];
}

export function boxOf({ x, y, anchor }) {
  const left = anchor === "start" ? x : anchor === "end" ? x - NUMBER_WIDTH : x - NUMBER_WIDTH / 2;
  return [left, y - NUMBER_HEIGHT + 1, left + NUMBER_WIDTH, y + 1];
}

const isFree = ([left, top, right, bottom], boxes) =>
  boxes.every(([x0, y0, x1, y1]) => right <= x0 || x1 <= left || bottom <= y0 || y1 <= top);
