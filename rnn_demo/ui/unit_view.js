// placeholder
const drawUnit = () => {};
