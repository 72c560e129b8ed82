// placeholder
const moved = () => {};
