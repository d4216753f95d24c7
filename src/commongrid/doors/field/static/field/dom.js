// Making parts of a page. Nothing is ever read as HTML, so words of a person stay words.

const SVG = "http://www.w3.org/2000/svg";
const ICONS = "/static/img/icons.svg";
const OURS = "/static/field/signs.svg";
const OWN = new Set(["mic", "plus", "sync", "today", "spot", "more", "mail", "back", "away", "out", "hand"]);

function put(node, key, value) {
  if (value === undefined || value === null || value === false) return;
  if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
  else if (key === "class") node.setAttribute("class", value);
  else if (key === "value" && "value" in node) node.value = value;
  else if (key === "checked") node.checked = Boolean(value);
  else node.setAttribute(key, value === true ? "" : value);
}

function fill(node, parts) {
  for (const part of parts.flat(Infinity)) {
    if (part !== undefined && part !== null && part !== false && part !== "") node.append(part);
  }
  return node;
}

/** An element: h("p", {class: "soft"}, "words", other). */
export function h(name, given = {}, ...parts) {
  const node = document.createElement(name);
  const late = [];
  for (const [key, value] of Object.entries(given)) {
    if (key === "value") late.push([key, value]); // a select knows its value after its options
    else put(node, key, value);
  }
  fill(node, parts);
  for (const [key, value] of late) put(node, key, value);
  return node;
}

/** An element of a drawing. */
export function s(name, given = {}, ...parts) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(given)) put(node, key, value);
  return fill(node, parts);
}

/** A sign of the house; it says nothing by itself to who listens. */
export function icon(name, more = "") {
  return s("svg", { class: `icon ${more}`, "aria-hidden": "true", focusable: "false" },
    s("use", { href: `${OWN.has(name) ? OURS : ICONS}#${name}` }));
}

export function empty(node) {
  node.replaceChildren();
  return node;
}

let count = 0;

/** A name for a label to point to. */
export const fresh = (stem = "f") => `${stem}-${++count}`;

/** A button of at least a finger's size. */
export function button(words, onclick, { tone = "", sign = "", ...more } = {}) {
  const kind = tone ? ` button--${tone}` : "";
  return h("button", { type: "button", ...more, class: `button${kind} ${more.class || ""}`, onclick },
    sign && icon(sign), h("span", {}, words));
}

/** A link that looks like a button. */
export function leads(words, href, { tone = "", sign = "", ...more } = {}) {
  const kind = tone ? ` button--${tone}` : "";
  return h("a", { ...more, class: `button${kind} ${more.class || ""}`, href },
    sign && icon(sign), h("span", {}, words));
}

/** Words that matter, with a sign: tone is info, warn, ok or danger. */
export function note(tone, ...parts) {
  return h("div", { class: `notice${tone === "info" ? "" : ` notice--${tone}`}` }, icon(tone), h("div", { }, parts));
}

let live = null;

/** Tell who listens, without taking them away from where they are. */
export function tell(words) {
  live ||= document.getElementById("live");
  if (!live) return;
  live.textContent = "";
  setTimeout(() => { live.textContent = words; }, 50);
}
