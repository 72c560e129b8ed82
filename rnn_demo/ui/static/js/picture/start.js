// Begins with the page: the pictures that Gradio draws get their menus, and a page that is left reports no errors.

import { keepQuietOnLeaving } from "../core/leaving.js";
import { watchPlots } from "./plots.js";

keepQuietOnLeaving();
watchPlots();
