// placeholder
const cellSize = () => ({ width: 0, height: 0, depth: -1 });
const openedCell = () => draw_svg("g");
const drawUnder = () => {};
