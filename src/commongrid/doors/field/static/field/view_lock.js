// Before anything is shown: a phone that is not in service, and a phone that is locked.

import { button, h, icon, leads, note } from "./dom.js";
import { lineInput } from "./fields.js";
import { LANGUAGES, language, t } from "./words.js";
import { delayLeft, PIN_SHAPE, unlock } from "./vault.js";

export function languageKeys(onpick) {
  return h("p", { class: "tongues" }, Object.entries(LANGUAGES).map(([key, name]) => h("button", {
    type: "button", class: "button button--quiet", lang: key === "en" ? "en" : "zh-Hans", "aria-pressed": String(key === language()),
    onclick: () => onpick(key) }, name)));
}

const emblem = () => h("div", { class: "emblem" }, icon("mark"), h("span", {}, t("app.name")));

/** Not in service here: the way to put it in service, and why a plain address cannot. */
export function start({ why = "", canKeep, onLanguage }) {
  const node = h("div", { class: "stack door" }, emblem(), h("h1", { tabindex: "-1" }, t("start.title")),
    why && note("warn", h("p", {}, t(`start.${why}`))),
    canKeep ? [h("p", {}, t("start.hint")), leads(t("start.pair"), "/field/pair/", { tone: "primary", sign: "phone", class: "button--wide" })]
      : note("danger", h("p", {}, h("strong", {}, t("start.no_https"))), h("p", {}, t("start.no_https_hint"))),
    h("p", { class: "hint" }, t("start.keeps")), languageKeys(onLanguage));
  return { title: t("start.title"), node, isBare: true };
}

const clock = (ms) => {
  const s = Math.ceil(ms / 1000);
  return s < 60 ? t("lock.seconds", { n: s }) : t("lock.minutes", { n: Math.ceil(s / 60) });
};

/** The PIN. A wrong one has to wait, longer each time; closing the app does not shorten it. */
export function locked({ onOpen, onErase, onLanguage }) {
  let pin = "";
  let timer = 0;
  const problem = h("p", { class: "field-error", role: "alert" });
  const press = h("button", { class: "button button--primary button--wide", type: "submit" }, icon("lock"), h("span", {}, t("lock.open")));
  const entry = lineInput(t("lock.pin"), "", (value) => { pin = value; }, { type: "password", mode: "numeric", most: 12 });

  async function rest(words) {
    clearTimeout(timer);
    const left = await delayLeft();
    press.disabled = left > 0;
    problem.textContent = left > 0 ? t("lock.wait", { time: clock(left) }) : words || "";
    if (left > 0 && (press.isConnected || !words)) timer = setTimeout(() => rest(""), Math.min(left, 1000));
  }

  async function open(event) {
    event.preventDefault();
    if (press.disabled) return;
    if (!PIN_SHAPE.test(pin)) { problem.textContent = t("pin.shape"); return; }
    press.disabled = true;
    if (await unlock(pin)) { await onOpen(); return; }
    entry.querySelector("input").value = pin = "";
    await rest(t("pin.wrong"));
  }

  const forgot = h("details", { class: "fold" }, h("summary", {}, t("lock.forgot")), h("p", {}, t("lock.forgot_hint")),
    button(t("lock.erase"), () => sure.hidden = false, { tone: "danger" }));
  const sure = h("div", { hidden: true }, note("danger", h("p", {}, t("lock.erase_sure"))), button(t("erase.do"), onErase, { tone: "danger" }));
  forgot.append(sure);
  const node = h("div", { class: "stack door" }, emblem(), h("h1", { tabindex: "-1" }, t("lock.title")),
    h("form", { novalidate: true, onsubmit: open }, entry, problem, press), forgot, languageKeys(onLanguage));
  rest("");
  return { title: t("lock.title"), node, isBare: true };
}
