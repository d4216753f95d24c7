// How the app looks, what it asked of the worker, the way out for unsent things, and the locks.

import { button, h, icon, leads, note, tell } from "./dom.js";
import { choice, lineInput } from "./fields.js";
import { owedPhotos, unsent } from "./outbox.js";
import { giveRescueFile } from "./rescue.js";
import { now, saveLook, state, wipe } from "./store.js";
import { changePin, lock, PIN_SHAPE, unlock } from "./vault.js";
import { day, LANGUAGES, loadWords, moment, say, t } from "./words.js";
import { syncWords } from "./view_answers.js";

const CLOCK_OFF_MS = 120_000;

/** Put language, text size and look onto the page. */
export function applyLook(look) {
  const root = document.documentElement;
  root.dataset.size = look?.size || "";
  root.dataset.scheme = look?.scheme || "";
}

function lookPart(redraw) {
  const set = async (changes, id) => { await saveLook(changes); applyLook(state.look); redraw(id); };
  return h("section", {}, h("h2", {}, t("settings.look")),
    choice(t("settings.language"), Object.entries(LANGUAGES), state.look.language, async (language) => {
      await loadWords(language);
      await set({ language });
    }),
    choice(t("settings.size"), [["", t("settings.size_m")], ["l", t("settings.size_l")], ["xl", t("settings.size_xl")]],
      state.look.size || "", (size) => set({ size })),
    choice(t("settings.scheme"), [["", t("settings.scheme_auto")], ["sun", t("settings.scheme_sun")], ["dark", t("settings.scheme_dark")]],
      state.look.scheme || "", (scheme) => set({ scheme })));
}

function burdenPart() {
  const weeks = Object.entries(state.log).sort().reverse();
  return h("section", {}, h("h2", {}, t("burden.title")), h("p", { class: "hint" }, t("burden.hint")),
    !weeks.length ? h("p", { class: "nothing" }, t("burden.none")) : h("table", { class: "figures" },
      h("thead", {}, h("tr", {}, ["burden.week", "burden.entries", "burden.fields", "burden.minutes"].map((key) => h("th", { scope: "col" }, t(key))))),
      h("tbody", {}, weeks.map(([week, one]) => h("tr", {}, h("th", { scope: "row" }, day(`${week}T00:00:00+08:00`)),
        [one.entries, one.fields, one.minutes].map((n) => h("td", { class: "number" }, String(n))))))));
}

function exportPart() {
  const [n, photos] = [unsent().length, owedPhotos().length];
  const problem = h("p", { class: "field-error", role: "alert" });
  const give = async () => {
    try { await giveRescueFile(); tell(t("export.given")); } catch { problem.textContent = t("export.failed"); }
  };
  return h("section", {}, h("h2", {}, t("export.title")), h("p", { class: "hint" }, t("export.hint")),
    n + photos === 0 ? h("p", { class: "nothing" }, icon("ok"), t("answers.all_sent"))
      : [h("p", {}, t("export.count", { n, photos })),
        state.sync.officeKey ? button(t("settings.export"), give, { sign: "out", class: "button--wide" }) : h("p", {}, t("export.no_key")), problem]);
}

function pinPart() {
  const values = { old: "", pin: "", twice: "" };
  const problem = h("p", { class: "field-error", role: "alert" });
  const fields = [["old", "pin.old"], ["pin", "pin.new"], ["twice", "pin.twice"]].map(([key, words]) => lineInput(t(words), "",
    (value) => { values[key] = value; }, { type: "password", mode: "numeric", most: 12 }));
  const change = async (event) => {
    event.preventDefault();
    problem.textContent = "";
    if (!PIN_SHAPE.test(values.pin)) problem.textContent = t("pin.shape");
    else if (values.pin !== values.twice) problem.textContent = t("pin.differ");
    else if (!(await changePin(values.old, values.pin))) problem.textContent = t("pin.wrong");
    else { event.target.reset(); tell(t("pin.changed")); problem.textContent = ""; event.target.closest("details").open = false; }
  };
  return h("details", { class: "fold" }, h("summary", {}, t("pin.change")),
    h("form", { novalidate: true, onsubmit: change }, fields, problem, h("button", { class: "button", type: "submit" }, t("pin.change_do"))));
}

function erasePart() {
  let pin = "";
  const problem = h("p", { class: "field-error", role: "alert" });
  const n = unsent().length;
  const erase = async (event) => {
    event.preventDefault();
    if (!(await unlock(pin))) { problem.textContent = t("pin.wrong"); return; }
    await wipe();
    lock();
    location.hash = "";
    location.reload();
  };
  return h("details", { class: "fold fold--danger" }, h("summary", {}, t("erase.title")),
    note("danger", h("p", {}, n ? t("erase.hint_unsent", { n }) : t("erase.hint"))),
    h("form", { novalidate: true, onsubmit: erase },
      lineInput(t("erase.pin"), "", (value) => { pin = value; }, { type: "password", mode: "numeric", most: 12 }), problem,
      h("button", { class: "button button--danger", type: "submit" }, t("erase.do"))));
}

function aboutPart() {
  const { sync, pack } = state;
  const rows = [
    [t("about.place"), [say(pack?.place?.name), ...(pack?.grids || []).map((one) => say(one.name))].filter(Boolean).join(" · ")],
    [t("about.who"), say(pack?.me?.name)], [t("about.rules"), pack?.charter], [t("about.contact"), sync.lastContactAt ? moment(sync.lastContactAt) : t("sync.never")],
    [t("about.matters"), String(state.matters.size)],
  ];
  return h("section", {}, h("h2", {}, t("about.title")),
    Math.abs(sync.aheadMs) > CLOCK_OFF_MS && note("info", h("p", {}, t("about.clock", { n: Math.round(Math.abs(sync.aheadMs) / 60_000), now: moment(now()) }))),
    h("dl", { class: "facts" }, rows.filter(([, words]) => words).map(([name, words]) => h("div", {}, h("dt", {}, name), h("dd", {}, words)))),
    h("p", { class: "hint" }, t("about.never")));
}

export function more({ onLock }, redraw) {
  const node = h("div", { class: "stack" }, h("h1", { tabindex: "-1" }, t("nav.more")),
    h("p", { class: "soft" }, syncWords()),
    h("p", {}, leads(t("post.title"), "#/post", { sign: "phone", class: "button--wide" })),
    h("p", {}, button(t("settings.lock"), onLock, { sign: "lock", class: "button--wide" })),
    exportPart(), burdenPart(), lookPart(redraw), aboutPart(),
    h("section", {}, h("h2", {}, t("settings.safety")), pinPart(), erasePart()));
  return { title: t("nav.more"), node, tab: "more", isLive: false };
}
