// What is wrong with how the page looks: functions that return complaints, one a line. `browsing.py` calls them.

// The ends of a shape, a list of points, along a direction.
function ends(shape, along) {
  const at = shape.map((point) => point.x * along.x + point.y * along.y);
  return [Math.min(...at), Math.max(...at)];
}

// The directions of the sides of a box that may be turned.
function sides(box) {
  return [1, 3].map((corner) => {
    const x = box[corner].x - box[0].x, y = box[corner].y - box[0].y, length = Math.hypot(x, y) || 1;
    return { x: x / length, y: y / length };
  });
}

// How far two boxes lie in one another, in pixels; below zero where a line parts them.
function depth(a, b) {
  return Math.min(...[...sides(a), ...sides(b)].map((along) => {
    const [from, to] = ends(a, along), [start, end] = ends(b, along);
    return Math.min(to, end) - Math.max(from, start);
  }));
}

// Every line of text in a chart with its box on the screen, which is that of capitals and descenders.
function* lines(svg) {
  for (const text of svg.querySelectorAll("text")) {
    if (!text.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const turned = text.getScreenCTM(), parts = turned.b ? [] : [...text.querySelectorAll("tspan")];
    const letter = parseFloat(getComputedStyle(text).fontSize), size = letter * Math.hypot(turned.a, turned.b);
    for (const line of parts.length ? parts : [text]) {
      const whole = line === text, box = whole ? text.getBBox() : line.getBoundingClientRect();
      const said = line.textContent.trim(), unit = whole ? letter : letter * turned.a;
      if (!said || !box.width) continue;
      const right = box.x + box.width, top = box.y + 0.2 * unit, low = box.y + box.height - 0.15 * unit;
      const shape = [[box.x, top], [right, top], [right, low], [box.x, low]]
        .map(([x, y]) => new DOMPoint(x, y).matrixTransform(whole ? turned : new DOMMatrix()));
      yield { said, size, shape, left: ends(shape, { x: 1, y: 0 }), up: ends(shape, { x: 0, y: 1 }) };
    }
  }
}

// What makes the whole page scroll sideways.
function tooWide() {
  const over = document.scrollingElement.scrollWidth - innerWidth;
  if (over <= 0) return [];
  const held = (element) => {
    for (let e = element; e !== document.body; e = e.parentElement)
      if (getComputedStyle(e).overflowX !== "visible" && e.getBoundingClientRect().right <= innerWidth + 0.5) return true;
    return false;
  };
  const found = [], range = document.createRange();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_ALL);
  for (let at = walk.nextNode(); at; at = walk.nextNode()) {
    if (at.firstChild) continue;
    range.selectNode(at);
    const out = range.getBoundingClientRect().right - innerWidth, around = at.parentElement;
    if (out > 0.5 && !held(around)) found.push([out, `<${around.localName}> ${at.textContent.trim().slice(0, 60)}`]);
  }
  found.sort((a, b) => b[0] - a[0]);
  return [`${over} px too wide: ${found.slice(0, 4).map(([, said]) => said).join("; ")}`];
}

// Texts of charts that lie outside their chart, are cut short, share more than a strip of two pixels with another, or
// are in letters of less than eight pixels.
function misplaced() {
  const wrong = [];
  for (const svg of document.querySelectorAll("svg")) {
    if (svg.parentElement.closest("svg") || !svg.checkVisibility()) continue;
    const frame = svg.getBoundingClientRect(), found = [...lines(svg)].sort((a, b) => a.left[0] - b.left[0]);
    const name = svg.closest("figure")?.id || svg.getAttribute("aria-label")?.slice(0, 30) || "a chart";
    const least = found.reduce((least, line) => line.size < least.size ? line : least, { size: Infinity });
    if (least.size < 7.9) wrong.push(`${name}: “${least.said}” in letters of ${least.size.toFixed(1)} px`);
    found.forEach((a, at) => {
      const out = Math.max(frame.left - a.left[0], a.left[1] - frame.right, frame.top - a.up[0], a.up[1] - frame.bottom);
      if (out > 1) wrong.push(`${name}: “${a.said}” ${out.toFixed(0)} px outside`);
      if (a.said.endsWith("…")) wrong.push(`${name}: “${a.said}” is cut short`);
      for (const b of found.slice(at + 1)) {
        if (b.left[0] >= a.left[1]) break;
        const deep = depth(a.shape, b.shape);
        const halo = a.said === b.said && Math.hypot(a.left[0] - b.left[0], a.up[0] - b.up[0]) < 0.5;
        if (deep > 2 && !halo) wrong.push(`${name}: “${a.said}” and “${b.said}” overlap by ${deep.toFixed(0)} px`);
      }
    });
  }
  return wrong;
}

// Texts of the page, outside charts, of which a part cannot be seen or scrolled to.
function cutOff() {
  const cut = (over, by) => ["hidden", "clip"].includes(over) && by > 1;
  return [...document.body.querySelectorAll("*:not(svg *)")].filter((e) => {
    const style = getComputedStyle(e);
    return style.clipPath === "none" && e.checkVisibility() && e.textContent.trim() && e.localName !== "svg" &&
      (cut(style.overflowX, e.scrollWidth - e.clientWidth) || cut(style.overflowY, e.scrollHeight - e.clientHeight));
  }).map((e) => `<${e.localName} class="${e.className}"> “${e.textContent.trim().slice(0, 40)}” is cut off`);
}

// Codes of sectors, keys and exponents in what is read, but for notes on the data, proof, addresses and code.
function codes() {
  const code = /\b[A-Z]\d{2}(?:[T_]\d{2})?[A-Z]?\b|\b[a-z]+(?:_[a-z]+)+\b|\d[eE][+-]?\d{2}\b|\b[a-z]+-silica\b|\bpaxsilica\/|\b1 (?:regions|sectors|members|countries)\b/g;
  const found = new Set(), walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let at = walk.nextNode(); at; at = walk.nextNode()) {
    const around = at.parentElement;
    if (around.closest("code, pre, script, style, #notes, #proof, #sources")) continue;
    for (const [what] of at.textContent.matchAll(code))
      found.add(`“${what}” in “${at.textContent.trim().replace(/\s+/g, " ").slice(0, 80)}”`);
  }
  return [...found];
}
