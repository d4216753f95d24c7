// Fields of a form, from the pack's descriptions; one way to label, to say what is wrong, to read.

import { fresh, h, icon } from "./dom.js";
import { say, t } from "./words.js";

const SHORT = 120;
const FEW = 6;

/** A labelled field: `make(id, describedBy)` gives the control. */
export function field(label, make, { hint = "", isOptional = false } = {}) {
  const id = fresh();
  const hintId = hint ? `${id}-hint` : null;
  const wrong = h("p", { class: "field-error", id: `${id}-wrong`, hidden: true });
  const node = h("div", { class: "field" },
    h("label", { for: id }, label, isOptional && h("span", { class: "optional" }, ` ${t("form.optional")}`)),
    hint && h("p", { class: "hint", id: hintId }, hint), wrong, make(id, hintId));
  return Object.assign(node, { complain: complainer(node, wrong, id, hintId) });
}

/** A group of choices under one question. */
export function group(label, parts, { hint = "", isOptional = false } = {}) {
  const id = fresh("g");
  const wrong = h("p", { class: "field-error", id: `${id}-wrong`, hidden: true });
  const node = h("fieldset", { class: "field", id },
    h("legend", {}, label, isOptional && h("span", { class: "optional" }, ` ${t("form.optional")}`)),
    hint && h("p", { class: "hint" }, hint), wrong, parts);
  return Object.assign(node, { complain: complainer(node, wrong, null) });
}

function complainer(node, wrong, id, hintId) {
  return (words) => {
    wrong.hidden = !words;
    wrong.textContent = words || "";
    node.classList.toggle("field--wrong", Boolean(words));
    const control = id && node.querySelector(`#${id}`);
    if (!control) return;
    if (words) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
    const told = [words && wrong.id, hintId].filter(Boolean).join(" ");
    if (told) control.setAttribute("aria-describedby", told);
    else control.removeAttribute("aria-describedby");
  };
}

export function lineInput(label, value, onchange, { hint, isOptional, most = 0, type = "text", mode } = {}) {
  return field(label, (id, described) => h("input", {
    id, type, value: value || "", maxlength: most || null, inputmode: mode, "aria-describedby": described,
    autocomplete: "off", oninput: (event) => onchange(event.target.value),
  }), { hint, isOptional });
}

export function textInput(label, value, onchange, { hint, isOptional, most = 0, rows = 3 } = {}) {
  return field(label, (id, described) => h("textarea", {
    id, rows, maxlength: most || null, "aria-describedby": described, value: value || "",
    oninput: (event) => onchange(event.target.value),
  }), { hint, isOptional });
}

export function tick(label, value, onchange, { hint = "" } = {}) {
  return h("label", { class: "choice" },
    h("input", { type: "checkbox", checked: value, onchange: (event) => onchange(event.target.checked) }),
    h("span", {}, label, hint && h("small", { class: "soft block" }, hint)));
}

/** Radio buttons for a few, a list for many. Options are [key, words]. */
export function choice(label, options, value, onchange, { hint, isOptional } = {}) {
  if (options.length > FEW) return chooser(label, options, value, onchange, { hint, isOptional });
  const name = fresh("r");
  const rows = options.map(([key, words]) => h("label", { class: "choice" },
    h("input", { type: "radio", name, value: key, checked: key === value, onchange: () => onchange(key) }),
    h("span", {}, words)));
  return group(label, h("div", { class: "choices" }, rows), { hint, isOptional });
}

function chooser(label, options, value, onchange, { hint, isOptional }) {
  return field(label, (id, described) => h("select", {
    id, value: value || "", "aria-describedby": described, onchange: (event) => onchange(event.target.value),
  }, h("option", { value: "" }, t("form.choose")), options.map(([key, words]) => h("option", { value: key }, words))),
  { hint, isOptional });
}

function many(label, options, value, onchange, more) {
  const chosen = new Set(value || []);
  const rows = options.map(([key, words]) => tick(words, chosen.has(key), (is) => {
    if (is) chosen.add(key);
    else chosen.delete(key);
    onchange([...chosen]);
  }));
  return group(label, h("div", { class: "choices" }, rows), more);
}

const spoken = (options) => (options || []).map(([key, words]) => [key, say(words) || key]);

/** One field of a step as the charter describes it. `seen` gives the matters that may be named. */
export function stepField(asked, spec, value, onchange, { types = {}, cards = [] } = {}) {
  const kind = spec?.kind || "text";
  const label = say(spec?.label) || asked.name;
  const more = { hint: say(spec?.hint), isOptional: !asked.required, most: spec?.most || 0 };
  const options = spoken(asked.options?.length ? asked.options : spec?.choices);
  if (kind === "flag") return group(label, tick(t("form.yes"), value, onchange), more);
  if (kind === "date") return lineInput(label, value, onchange, { ...more, type: "date" });
  if (kind === "units") return many(label, options, value, onchange, more);
  if (kind === "type" && !options.length) {
    return choice(label, Object.entries(types).map(([key, one]) => [key, `${key} ${say(one.name)}`]), value, onchange, more);
  }
  if (kind === "matter") {
    return choice(label, cards.map((card) => [card.id, `${card.ref} ${card.text.slice(0, 24)}`]), value, onchange, more);
  }
  if (options.length) return choice(label, options, value, onchange, more);
  const isLine = more.most > 0 && more.most <= SHORT;
  return (isLine ? lineInput : textInput)(label, value, onchange, more);
}

/** Show what is missing above the form and go to the first of it; true when nothing is. */
export function check(summary, rows) {
  const wrong = rows.filter(([node, words]) => { node.complain(words || ""); return Boolean(words); });
  summary.hidden = !wrong.length;
  if (!wrong.length) return true;
  summary.replaceChildren(icon("warn"), h("div", {},
    h("p", {}, h("strong", {}, t("form.missing"))), h("ul", {}, wrong.map(([, words]) => h("li", {}, words)))));
  summary.focus();
  return false;
}

export const summaryBox = () => h("div", { class: "notice notice--danger", role: "alert", tabindex: "-1", hidden: true });
