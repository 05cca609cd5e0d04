"use strict";
// The scenario page: what is changed is asked at once, first without the range over elasticities, then with it;
// an answer that was overtaken is dropped here and stopped at the server.
(() => {
  const form = document.getElementById("scenario");
  const text = document.getElementById("text");
  const at = (id) => document.getElementById(id);
  const OFTEN = 80;
  let turn = 0, stop = new AbortController(), timer = 0, last = 0, picture = "";

  async function told(fields, signal) {
    const reply = await fetch("/scenario/now", { method: "POST", body: new URLSearchParams(fields), signal });
    if (!reply.ok) throw new Error(await reply.text());
    return reply.json();
  }

  async function ask(what) {
    clearTimeout(timer);
    const mine = ++turn;
    last = performance.now();
    stop.abort();
    stop = new AbortController();
    const fields = new FormData(form);
    fields.set("do", what);
    fields.set("bands", "off");
    form.setAttribute("aria-busy", "true");
    at("busy").textContent = "…";
    try {
      const point = await told(fields, stop.signal);
      if (mine !== turn || point.overtaken) return;
      shown(point, what);
      if (point.result) {
        const page = form.elements.page.value, first = form.elements.first.value;
        const whole = await told({ page, first, do: "text", text: point.text, bands: "on" }, stop.signal);
        if (mine !== turn || whole.overtaken) return;
        screen(whole, true);
      }
      form.removeAttribute("aria-busy");
      at("busy").textContent = "";
    } catch (error) {
      if (error.name === "AbortError" || mine !== turn) return;
      form.removeAttribute("aria-busy");
      at("busy").textContent = `Not answered: ${error.message}`;
    }
  }

  function soon(what) {
    clearTimeout(timer);
    turn++; // a reply to what stood before must not overwrite what has just been changed
    stop.abort();
    const since = performance.now() - last;
    const wait = what === "text" ? 250 : Math.max(0, OFTEN - since);
    timer = setTimeout(() => ask(what), wait);
  }

  function shown(reply, what) {
    if (what !== "text") text.value = reply.text;
    if (reply.form !== null) {
      at("parts").innerHTML = reply.form;
      ready();
    }
    complain(reply.mistakes);
    numbered(new Set(reply.mistakes.map((m) => m.line)));
    screen(reply);
  }

  function screen(reply, whole = false) {
    if (reply.result === null) {
      at("result").classList.add("stale");
      return;
    }
    const fresh = document.createElement("div");
    fresh.innerHTML = reply.result;
    // the old picture stands until the new one has come and is drawn
    const spec = fresh.querySelector("script.spec")?.textContent;
    const old = at("result").querySelector("figure"), next = fresh.querySelector("figure");
    if (old && !next && !whole) fresh.querySelector(".keep").before(old);
    else if (old && spec === picture) next.replaceWith(old);
    else old?.querySelector(".chart")?.view?.finalize();
    old?.classList.toggle("stale", !next);
    if (spec) picture = spec;
    at("result").replaceChildren(...fresh.childNodes);
    if (whole) kept(at("permalink").getAttribute("href"));
    at("result").classList.remove("stale");
    drawn(at("result"));
  }

  // the address holds the text, so that a reload or a way back finds the work again
  function kept(link) {
    const first = form.elements.first.value;
    const own = first === text.value ? "" : `&first=${encodeURIComponent(first)}`;
    const here = link.replace("/q/run?", "/scenario?");
    history.replaceState(null, "", here.length + own.length < 8000 ? here + own : here);
  }

  function complain(mistakes) {
    at("mistakes").replaceChildren(...mistakes.map((mistake) => {
      const line = document.createElement("p");
      line.className = "wrong";
      line.dataset.line = mistake.line;
      line.textContent = (mistake.line ? `Line ${mistake.line}: ` : "") + mistake.said;
      return line;
    }));
    for (const place of form.querySelectorAll("[data-wrong]")) {
      const name = place.dataset.wrong;
      const own = mistakes.filter((m) => name === (m.measure < 0 ? m.key : `m${m.measure}.${m.key}`));
      place.textContent = own.map((m) => m.said).join("; ");
      const field = at(`f-${name}`);
      if (own.length) field?.setAttribute("aria-invalid", "true");
      else field?.removeAttribute("aria-invalid");
    }
  }

  function numbered(wrong) {
    const lines = text.value.split("\n").map((_, n) => {
      const one = document.createElement(wrong.has(n + 1) ? "mark" : "span");
      one.textContent = n + 1;
      return one;
    });
    at("lines").replaceChildren(...lines.flatMap((line) => [line, "\n"]));
    at("lines").scrollTop = text.scrollTop;
  }

  function ready() {
    for (const slider of form.querySelectorAll("input[type=range]")) slider.hidden = false;
  }

  form.addEventListener("input", (event) => {
    const field = event.target;
    if (field === text) return soon("text");
    if (field.id === "kind") return;
    if (field.type === "range") at(field.dataset.for).value = `${field.value}%`;
    const slider = form.querySelector(`input[data-for="${CSS.escape(field.id)}"]`);
    if (slider && field.value.trim().endsWith("%")) {
      const value = parseFloat(field.value);
      slider.max = Math.max(slider.max, value);
      slider.min = Math.min(slider.min, value);
      slider.value = value;
    }
    soon(field.hasAttribute("data-redraw") || field.name?.endsWith(".op") ? "redraw" : "form");
  });

  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button) return;
    event.preventDefault();
    const what = button.value;
    await ask(what);
    const [, number] = what.match(/^(?:up|down)-(\d+)$/) ?? [];
    if (number !== undefined) {
      const to = Number(number) + (what.startsWith("up") ? -1 : 1);
      at(`f-m${to}.kind`)?.focus();
    }
  });

  at("mistakes").addEventListener("click", (event) => {
    const line = Number(event.target.dataset?.line ?? 0);
    if (!line) return;
    const start = text.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    text.focus();
    text.setSelectionRange(start, start + text.value.slice(start).split("\n", 1)[0].length);
  });

  text.addEventListener("scroll", () => { at("lines").scrollTop = text.scrollTop; });

  document.addEventListener("DOMContentLoaded", () => {
    ready();
    if (!at("result").querySelector(".lead") && !at("mistakes").children.length) ask("text");
  });
})();
