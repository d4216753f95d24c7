// The map of the own grid, drawn from the outlines in the pack: no tiles, no other host.
// Buttons, a finger or two, and the arrow keys move it. Signs keep their size at every scale.

import { button, h, s } from "./dom.js";
import { lightOf } from "./rules.js";
import { say, t } from "./words.js";

const MOST = 40; // times nearer than the whole
const STEP = 1.6;
const SHIFT = 0.2;
const SIGN = 13; // half of a sign on the screen, in pixels

/** Flat metres-like coordinates around the middle of the grids. */
function flat(lat0) {
  const k = Math.cos(lat0 * (Math.PI / 180));
  return {
    xy: (lon, lat) => [lon * k * 1e5, -lat * 1e5],
    back: (x, y) => ({ lon: x / k / 1e5, lat: -y / 1e5 }),
  };
}

const allPoints = (pack) => (pack.grids || []).flatMap((grid) => (grid.outline || []).flat());

function frameOf(points, plane) {
  const xs = points.map(([lon, lat]) => plane.xy(lon, lat)[0]);
  const ys = points.map(([lon, lat]) => plane.xy(lon, lat)[1]);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  const [w, height] = [Math.max(...xs) - x || 100, Math.max(...ys) - y || 100];
  const room = Math.max(w, height) * 0.06;
  return { x: x - room, y: y - room, w: w + 2 * room, h: height + 2 * room };
}

const pathOf = (rings, plane) => (rings || []).map((ring) => `M${ring.map(([lon, lat]) => plane.xy(lon, lat)
  .map((one) => one.toFixed(1)).join(" ")).join("L")}Z`).join("");

/** Where the name of an outline stands: the middle of its frame. */
function middle(rings, plane) {
  const box = frameOf((rings || []).flat(), plane);
  return [box.x + box.w / 2, box.y + box.h / 2];
}

/** On the map a part is named without the grid it lies in: that stands above. */
function shortName(part, grid) {
  const [name, whole] = [say(part.name), say(grid.name)];
  return name.startsWith(whole) ? name.slice(whole.length).replace(/^[\s,，]+/, "") || name : name;
}

const SHAPES = {
  late: () => s("path", { d: `M-6-${SIGN}h12l7 7v12l-7 7h-12l-7-7v-12z` }),
  red: () => s("path", { d: `M-6-${SIGN}h12l7 7v12l-7 7h-12l-7-7v-12z` }),
  yellow: () => s("path", { d: "M0-16 16 12h-32z" }),
  blue: () => s("circle", { r: SIGN }),
  grey: () => s("circle", { r: SIGN, "stroke-dasharray": "4 3" }),
  none: () => s("rect", { x: -11, y: -11, width: 22, height: 22, rx: 4 }),
};

function signOf(card, name, now, at) {
  const light = lightOf(card, now);
  const letter = t(`kind.letter.${card.kind}`);
  const node = s("g", { class: `sign sign--${light}`, "data-at": at.join(",") }, SHAPES[light](),
    s("text", { "text-anchor": "middle", dy: light === "yellow" ? "0.6em" : "0.36em" }, letter));
  return s("a", { href: `#/m/${card.id}`, "aria-label": `${name}, ${t(`light.${light}`)}, ${card.ref}` }, node);
}

/** Draw the map. `ontap` gets {lon, lat}; without it the map is only looked at. */
export function drawMap(pack, { cards = [], now = 0, ontap = null, point = null, label }) {
  const points = allPoints(pack);
  if (!points.length) return null;
  const plane = flat(points.reduce((sum, one) => sum + one[1], 0) / points.length);
  const whole = frameOf(points, plane);
  let view = { ...whole };
  const outlines = [];
  for (const one of pack.around || []) outlines.push(s("path", { class: "area area--around", d: pathOf(one.outline, plane) }));
  for (const grid of pack.grids || []) {
    outlines.push(s("path", { class: "area area--own", d: pathOf(grid.outline, plane) }));
    for (const micro of grid.micro || []) {
      if (micro.outline?.length) outlines.push(s("path", { class: "area area--micro", d: pathOf(micro.outline, plane) }));
    }
  }
  const names = s("g", {});
  const named = [...(pack.around || []).map((one) => [one, "around"]), ...(pack.grids || []).flatMap((grid) => {
    const micro = (grid.micro || []).filter((one) => one.outline?.length);
    if (micro.length) return micro.map((one) => [{ ...one, name: shortName(one, grid) }, "own"]);
    return pack.grids.length > 1 ? [[grid, "own"]] : []; // a single one is named above the map
  })];
  for (const [one, kind] of named) {
    if (!one.outline?.length) continue;
    const at = middle(one.outline, plane);
    names.append(s("g", { "data-at": at.join(",") },
      s("text", { class: `area-name area-name--${kind}`, "text-anchor": "middle", dy: "0.35em" }, say(one.name))));
  }
  const signs = s("g", {});
  for (const card of cards.filter((one) => Number.isFinite(one.lon) && Number.isFinite(one.lat))) {
    signs.append(signOf(card, say(pack.types?.[card.type]?.name) || card.type, now, plane.xy(card.lon, card.lat)));
  }
  const pin = s("g", {});
  const svg = s("svg", { class: "gridmap", tabindex: "0", role: ontap ? "application" : "group", "aria-label": label,
    preserveAspectRatio: "xMidYMid meet" }, s("g", {}, outlines), names, signs, pin);

  const perPixel = () => {
    const box = svg.getBoundingClientRect();
    return box.width && box.height ? Math.max(view.w / box.width, view.h / box.height) : view.w / 340;
  };
  function show() {
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
    const scale = perPixel();
    svg.querySelectorAll("[data-at]").forEach((node) => {
      const [x, y] = node.dataset.at.split(",");
      node.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
    });
  }
  function zoom(by, x = view.x + view.w / 2, y = view.y + view.h / 2) {
    const w = Math.min(whole.w * 3, Math.max(whole.w / MOST, view.w / by));
    const share = w / view.w;
    view = { x: x - (x - view.x) * share, y: y - (y - view.y) * share, w, h: view.h * share };
    show();
  }
  const move = (dx, dy) => { view = { ...view, x: view.x + dx, y: view.y + dy }; show(); };
  function setPin(where) {
    pin.replaceChildren();
    if (!where || !Number.isFinite(where.lon)) return;
    const at = plane.xy(where.lon, where.lat);
    pin.append(s("g", { class: "pin", "data-at": at.join(",") },
      s("path", { d: "M0 0C-9-12-13-18-13-25a13 13 0 0 1 26 0C13-18 9-12 0 0z" }), s("circle", { cy: -25, r: 5 })));
    show();
  }
  function tap(x, y) {
    const where = plane.back(x, y);
    const point5 = { lon: Number(where.lon.toFixed(5)), lat: Number(where.lat.toFixed(5)) };
    setPin(point5);
    ontap(point5);
  }
  const onMap = (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [at.x, at.y];
  };
  fingers(svg, { move: (dx, dy) => move(-dx * perPixel(), -dy * perPixel()), zoom, onMap, tap: ontap && tap });
  svg.addEventListener("keydown", (event) => {
    if (event.target !== svg) return;
    const arrow = { ArrowLeft: [-SHIFT, 0], ArrowRight: [SHIFT, 0], ArrowUp: [0, -SHIFT], ArrowDown: [0, SHIFT] }[event.key];
    if (arrow) move(arrow[0] * view.w, arrow[1] * view.h);
    else if (event.key === "+" || event.key === "=") zoom(STEP);
    else if (event.key === "-") zoom(1 / STEP);
    else if (event.key === "Enter" && ontap) tap(view.x + view.w / 2, view.y + view.h / 2);
    else return;
    event.preventDefault();
  });
  new ResizeObserver(show).observe(svg);
  setPin(point);
  show();
  const keys = h("div", { class: "map-keys" },
    h("button", { type: "button", class: "button", "aria-label": t("map.nearer"), onclick: () => zoom(STEP) }, "+"),
    h("button", { type: "button", class: "button", "aria-label": t("map.farther"), onclick: () => zoom(1 / STEP) }, "−"),
    h("button", { type: "button", class: "button", "aria-label": t("map.whole"), onclick: () => { view = { ...whole }; show(); } }, "◎"));
  const frame = h("div", { class: "map-frame" }, svg, keys);
  const middleKey = ontap && button(t("map.take_middle"), () => tap(view.x + view.w / 2, view.y + view.h / 2), { tone: "quiet", sign: "pin" });
  return { node: h("div", {}, frame, middleKey), setPin };
}

const STILL_PX = 8; // a finger is never quite still

/** One finger moves, two change the scale, a touch without moving taps. */
function fingers(svg, { move, zoom, onMap, tap }) {
  const down = new Map();
  let gone = 0;
  let spread = 0;
  const far = () => {
    const [a, b] = [...down.values()];
    return Math.hypot(a.x - b.x, a.y - b.y);
  };
  svg.addEventListener("pointerdown", (event) => {
    down.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (down.size === 1) gone = 0;
    if (down.size === 2) spread = far();
  });
  svg.addEventListener("pointermove", (event) => {
    const was = down.get(event.pointerId);
    if (!was) return;
    const [dx, dy] = [event.clientX - was.x, event.clientY - was.y];
    down.set(event.pointerId, { x: event.clientX, y: event.clientY });
    gone += Math.hypot(dx, dy);
    if (gone > STILL_PX && down.size === 1) {
      if (!svg.hasPointerCapture(event.pointerId)) svg.setPointerCapture(event.pointerId);
      move(dx, dy);
    } else if (down.size === 2) {
      const next = far();
      if (spread > 0 && next > 0) zoom(next / spread, ...onMap(event));
      spread = next;
    }
  });
  const up = (event) => {
    const was = down.delete(event.pointerId);
    if (was && !down.size && gone <= STILL_PX && event.type === "pointerup" && tap) tap(...onMap(event));
    if (gone > STILL_PX) svg.addEventListener("click", (click) => click.preventDefault(), { once: true, capture: true });
  };
  svg.addEventListener("pointerup", up);
  svg.addEventListener("pointercancel", up);
  svg.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(event.deltaY < 0 ? STEP : 1 / STEP, ...onMap(event));
  }, { passive: false });
}
