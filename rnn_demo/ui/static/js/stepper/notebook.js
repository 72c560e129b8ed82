// The stepper in a document of its own, as a notebook shows it and a file can hold it: no server, no address.

import { mount } from "./stepper.js";

if (matchMedia("(prefers-color-scheme: dark)").matches) document.documentElement.classList.add("dark");
const stepper = document.getElementById("stepper");
const props = { value: document.getElementById("trace").textContent };
mount({ element: stepper, props, trigger() {}, watch() {}, server: null });

// The frame is as tall as the drawing; a notebook that does not allow it shows a frame that scrolls.
const fit = () => (window.frameElement.style.height = `${document.documentElement.offsetHeight + 8}px`);
if (window.frameElement) new ResizeObserver(fit).observe(stepper);
