// Not a module: a classic script right after the first frame, which a browser paints while it fetches this. Then
// Gradio's styles apply.

globalThis.document?.querySelectorAll("link.later[rel=preload]").forEach((link) => (link.rel = "stylesheet"));
