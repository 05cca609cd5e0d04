"use strict";
// Draws charts from their specifications (no eval: Vega's interpreter), and follows work that takes long.
function drawn(root) {
  for (const script of root.querySelectorAll("script.spec")) {
    const place = script.previousElementSibling;
    if (place.dataset.done) continue;
    place.dataset.done = "1";
    const spec = { ...JSON.parse(script.textContent), background: "transparent" };
    const runtime = vega.parse(vegaLite.compile(spec).spec, null, { ast: true });
    const view = new vega.View(runtime, {
      expr: window.vegaInterpreter,
      renderer: "svg",
      loader: vega.loader({ http: false }),
    });
    place.view = view;
    view.initialize(place).runAsync().then(() => {
      const svg = place.querySelector("svg");
      if (svg) {
        svg.setAttribute("aria-hidden", "true");
        const [, , width] = svg.getAttribute("viewBox").split(" ");
        place.style.setProperty("--width", `${width}px`);
      }
    });
  }
}

function followed(waiting) {
  const bar = document.getElementById("far");
  const source = new EventSource(`/jobs/${waiting.dataset.job}/events`);
  source.addEventListener("progress", (event) => {
    const { said, done, total } = JSON.parse(event.data);
    waiting.textContent = said;
    if (total) {
      bar.max = total;
      bar.value = done;
    } else bar.removeAttribute("value");
  });
  source.addEventListener("over", (event) => {
    source.close();
    if (event.data === "cancelled") {
      waiting.textContent = "Stopped.";
      return;
    }
    waiting.textContent = "Done.";
    bar.max = bar.value = 1;
    const there = document.getElementById("there");
    if (there) there.hidden = false;
    location.replace(waiting.dataset.link);
  });
}

document.addEventListener("DOMContentLoaded", () => {
  // the words are painted first, then the charts are drawn
  requestAnimationFrame(() => setTimeout(() => drawn(document)));
  const waiting = document.getElementById("waiting");
  if (waiting) followed(waiting);
  document.body.addEventListener("htmx:after:swap", () => drawn(document));
});
