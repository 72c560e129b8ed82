// No module, right behind the first frame: a browser paints that while it fetches this. Then Gradio's styles apply.

globalThis.document?.querySelectorAll("link.later[rel=preload]").forEach((link) => (link.rel = "stylesheet"));
