// Picking what it is: those used lately, then a search, then the groups of the charter.

import { fresh, h, icon } from "./dom.js";
import { group } from "./fields.js";
import { typeName } from "./parts.js";
import { state } from "./store.js";
import { say, t } from "./words.js";

const RECENT = 4;

// A button, not a radio: with the arrow keys a radio would be taken while one only looks for it.
function row(code, value, pick) {
  return h("button", { type: "button", class: "choice", value: code, "aria-pressed": String(code === value),
    onclick: () => pick(code) }, h("span", {}, typeName(code)));
}

function groupsOf(may, kindFirst) {
  const types = state.pack?.types || {};
  const rows = (state.pack?.groups || []).map((one) => ({ name: say(one.name),
    codes: one.types.filter((code) => types[code] && may(types[code])) })).filter((one) => one.codes.length);
  if (!kindFirst) return rows;
  const first = (one) => one.codes.filter((code) => types[code].kind === kindFirst).length / one.codes.length;
  return rows.sort((a, b) => first(b) - first(a));
}

/** Pick a type; `may(type)` says which are offered, `kindFirst` which groups stand first. */
export function typePicker(value, onpick, { may = () => true, kindFirst = "" } = {}) {
  const types = state.pack?.types || {};
  const body = h("div", {});
  const finder = fresh("find");
  let words = "";
  let isOpen = !value;

  function pick(code) {
    value = code;
    isOpen = false;
    onpick(code);
    draw();
    body.querySelector("button")?.focus();
  }

  function chosen() {
    return h("div", { class: "chosen" }, h("strong", {}, typeName(value)),
    h("button", { type: "button", class: "button", onclick: () => { isOpen = true; draw(); body.querySelector("input")?.focus(); } }, t("type.change")));
  }

  function found() {
    const fits = Object.entries(types).filter(([code, one]) => may(one)
      && `${code} ${one.name.zh} ${one.name.en}`.toLowerCase().includes(words)).slice(0, 12);
    return fits.length ? h("div", { class: "choices" }, fits.map(([code]) => row(code, value, pick)))
      : h("p", { class: "hint" }, t("type.none_found"));
  }

  function lists() {
    const recent = state.habits.types.filter((code) => types[code] && may(types[code])).slice(0, RECENT);
    return [
      recent.length > 0 && h("div", { class: "choices", role: "group", "aria-label": t("type.recent") },
        h("p", { class: "hint" }, t("type.recent")), recent.map((code) => row(code, value, pick))),
      groupsOf(may, kindFirst).map((one) => h("details", { class: "fold" }, h("summary", {}, one.name),
        h("div", { class: "choices" }, one.codes.map((code) => row(code, value, pick))))),
    ];
  }

  function draw() {
    if (!isOpen && types[value]) { body.replaceChildren(chosen()); return; }
    const list = h("div", { class: "type-list" }, words ? found() : lists());
    body.replaceChildren(h("div", { class: "search" }, h("label", { class: "unseen", for: finder }, t("type.find")),
      h("input", { id: finder, type: "search", placeholder: t("type.find"), autocomplete: "off", value: words,
        oninput: (event) => {
          words = event.target.value.trim().toLowerCase();
          list.replaceChildren(...[words ? found() : lists()].flat(3).filter(Boolean));
        } })), list);
  }
  draw();
  return group([icon("list"), " ", t("type.title")], body);
}
