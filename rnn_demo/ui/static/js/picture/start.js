// Begins with the page: the pictures that Gradio draws get their menus.

import { watchPlots } from "./plots.js";

watchPlots();
