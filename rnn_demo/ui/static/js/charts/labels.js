// Where labels go in a chart, so that none covers another. Nothing here draws.

// Heights near the wished ones, in the same order, at least `room` apart.
export function spreadHeights(heights, room = 14) {
  const order = [...heights.keys()].sort((a, b) => heights[a] - heights[b]);
  const groups = [];
  for (const k of order) {
    groups.push({ members: [k], middle: heights[k] });
    for (
      let last = groups.at(-1), other = groups.at(-2);
      other && gap(other, last, room) < 0;
      last = groups.at(-1), other = groups.at(-2)
    ) {
      const members = [...other.members, ...last.members];
      const middle = members.reduce((total, member) => total + heights[member], 0) / members.length;
      groups.splice(-2, 2, { members, middle });
    }
  }
  const places = [];
  for (const { members, middle } of groups)
    members.forEach((member, k) => (places[member] = middle + (k - (members.length - 1) / 2) * room));
  return places;
}

// The room between two groups of labels, one under the other.
const gap = (upper, lower, room) =>
  lower.middle - upper.middle - (room * (upper.members.length + lower.members.length)) / 2;

// Labels beside their points: on no other label, in the box, over as little of a line as can be; one for which there is
// no room is left out. A label is {at: [x, y], width, by, ...}: above its point where `by` is positive, if there is
// room, else below. Each that has a place comes back with its `spot`.
export function placeLabels(labels, lines, box, height = 18) {
  const ink = lines.flatMap((line) => line.flatMap((point, k) => pointsBetween(line[k - 1] ?? point, point)));
  const obstacles = [],
    result = [];
  for (const label of labels) {
    const free = spotsFor(label, height).filter(
      (spot) => inside(spot, box) && !obstacles.some((other) => overlap(spot, other)),
    );
    const costs = free.map(
      (spot) => ink.filter(([x, y]) => x > spot.left && x < spot.right && y > spot.top && y < spot.bottom).length,
    );
    const spot = free[costs.indexOf(Math.min(...costs))];
    if (!spot) continue;
    const [cx, cy] = label.at;
    obstacles.push(spot, { left: cx - 5, right: cx + 5, top: cy - 5, bottom: cy + 5 });
    result.push({ ...label, spot });
  }
  return result;
}

function spotsFor({ at: [cx, cy], width, by }, height) {
  const spots = [];
  for (const far of [10, 26, 44])
    for (const above of [by > 0, by <= 0])
      for (const [share, shift] of [
        [-0.5, 0],
        [0, 4],
        [-1, -4],
        [0.15, 0],
        [-1.15, 0],
      ]) {
        const left = cx + share * width + shift,
          top = above ? cy - far - height : cy + far;
        spots.push({ left, right: left + width, top, bottom: top + height });
      }
  return spots;
}

const inside = (spot, box) =>
  spot.left >= box.left && spot.right <= box.right && spot.top >= box.top && spot.bottom <= box.bottom;
const overlap = (a, b) => a.left < b.right + 6 && b.left < a.right + 6 && a.top < b.bottom && b.top < a.bottom;

// Points along a piece of line, 4 pixels apart.
export function pointsBetween([x0, y0], [x1, y1]) {
  const n = Math.max(1, Math.round(Math.hypot(x1 - x0, y1 - y0) / 4));
  return Array.from({ length: n }, (_, k) => [x0 + ((x1 - x0) * (k + 1)) / n, y0 + ((y1 - y0) * (k + 1)) / n]);
}
