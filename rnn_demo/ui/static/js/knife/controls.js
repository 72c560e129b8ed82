// The parts of the panel of surgery: menus, fields and buttons, without what they do.

import { createNode } from "../core/dom.js";

const labelled = (name, title, attributes) =>
  createNode(
    "label",
    { class: "knife-field" },
    title,
    createNode("input", { "data-field": name, autocomplete: "off", ...attributes }),
  );

const stepField = (name, title, least = 1) =>
  labelled(name, title, { type: "number", min: least, step: 1, inputmode: "numeric" });

const actButton = (name, text, title = "") =>
  createNode("button", { type: "button", "data-act": name, ...(title ? { title } : {}) }, text);

const barOf = (name, ...parts) => createNode("div", { class: `bar knife-${name}` }, ...parts);

export function buildSurgery() {
  const quantity = createNode("select", { "data-field": "quantity", "aria-label": "Quantity" });
  const value = labelled("value", "at the value", { type: "text", inputmode: "decimal", size: 6, value: "0" });
  return createNode(
    "section",
    { class: "knife", "aria-label": "Surgery" },
    createNode("h2", {}, "Surgery"),
    createNode("p", { class: "knife-effect", "aria-live": "polite" }),
    createNode("p", { class: "knife-note", role: "status" }),
    barOf(
      "what",
      quantity,
      stepField("unit", "unit"),
      actButton("undo", "Undo"),
      actButton("reset", "Reset"),
      createNode("span", { class: "knife-menu" }),
    ),
    createNode("div", { class: "knife-plot", translate: "no" }),
    createNode("p", { class: "knife-legend note" }),
    createNode("ul", { class: "knife-edits", translate: "no", "aria-label": "Edits" }),
    barOf(
      "hold",
      stepField("first", "From step"),
      stepField("last", "to step"),
      value,
      actButton("hold", "Hold the unit"),
      actButton("mean", "Hold at its mean", "Its mean over many texts"),
      actButton("all", "Hold every unit", "The whole quantity, for example a gate shut with 0"),
      actButton("freeze", "Freeze the cell", "The gate that keeps is 1, the one that writes is 0"),
    ),
    barOf(
      "source",
      labelled("source", "From another text", { type: "text", spellcheck: "false" }),
      stepField("sourceFirst", "from step"),
      stepField("intoFirst", "on, into steps"),
      stepField("intoLast", "to"),
      actButton("take", "Take this unit"),
      actButton("takeAll", "Take the whole vector"),
    ),
    barOf(
      "control",
      labelled("control", "Control text", { type: "text", spellcheck: "false" }),
      createNode("span", { class: "knife-control-says" }),
    ),
    barOf(
      "search",
      actButton("sweep", "Cut every unit in turn"),
      createNode(
        "label",
        { class: "knife-field" },
        "to",
        createNode(
          "select",
          { "data-field": "cutTo", "aria-label": "Cut to" },
          createNode("option", { value: "zero" }, "0"),
          createNode("option", { value: "mean" }, "its mean"),
        ),
      ),
      createNode("span", { class: "note knife-search-says" }),
    ),
    createNode("ol", { class: "knife-found", translate: "no" }),
    barOf(
      "detect",
      actButton("detect", "What do the units follow?", "Features of texts that units follow, with the evidence"),
      createNode("span", { class: "note knife-detect-says" }),
    ),
    createNode("ol", { class: "knife-findings", translate: "no" }),
  );
}
