// While the page is being left, Gradio closes its connections and reports each of them as an error.

const NOISE = /AbortError|Connection errored out/;
const MOMENT = 10000; // milliseconds: a page that is still there then was not left; a busy server answers late

// Reports of closed connections are not written while `page` is being left; all others are.
export function keepQuietOnLeaving(page = globalThis, log = console) {
  const report = log.error;
  let leaving = false;
  log.error = (...words) => {
    if (!leaving || !words.some((word) => NOISE.test(String(word)))) report.apply(log, words);
  };
  for (const sign of ["beforeunload", "pagehide"]) // a phone that puts a page away sends the second alone
    page.addEventListener(
      sign,
      () => {
        leaving = true;
        setTimeout(() => (leaving = false), MOMENT);
      },
      { capture: true }, // before Gradio's own listener, which closes the connections
    );
}
