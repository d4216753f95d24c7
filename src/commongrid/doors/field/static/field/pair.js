// Putting this phone in service: the page asks the house for a token, the person for a PIN, and
// seals the one with the other. The token is never shown and never lies open on the disk.

import { h, leads, note } from "./dom.js";
import { lineInput } from "./fields.js";
import { loadAll, save, saveLook, state } from "./store.js";
import { canKeep, found, hasVault, PIN_SHAPE, unlock } from "./vault.js";
import { loadWords, t } from "./words.js";

const form = document.getElementById("pair");
const values = { pin: "", twice: "" };
let isAgain = false; // this phone was in service before: what is unsent on it stays
const problem = h("p", { class: "field-error", role: "alert" });
const tongue = () => (document.documentElement.lang.toLowerCase().startsWith("en") ? "en" : "zh-hans");

async function askForToken() {
  const answer = await fetch(form.getAttribute("action") || location.pathname, {
    method: "POST", body: new FormData(form), credentials: "same-origin", headers: { Accept: "application/json" },
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok || !said.token) throw new Error(said.detail || t("pair.failed"));
  return said;
}

function done() {
  form.replaceChildren(note("ok", h("p", {}, t("pair.done"))),
    leads(t("pair.to_app"), form.dataset.home || "/field/", { tone: "primary", sign: "forward", class: "button--wide" }));
  form.querySelector("a").focus();
}

/** What is wrong with what was entered, in words, or nothing. */
function fault() {
  const label = form.querySelector("[name=label]");
  if (label && !label.value.trim()) return t("pair.needs_label");
  if (!PIN_SHAPE.test(values.pin)) return t("pin.shape");
  return isAgain || values.pin === values.twice ? "" : t("pin.differ");
}

/** A phone in service again keeps its outbox and asks the house for everything else anew. */
async function keep(token) {
  if (!isAgain) {
    await found(values.pin);
    await save({ facts: { token } });
    return;
  }
  await loadAll();
  await save({ facts: { token, sync: { ...state.sync, cursor: "", have: "", packSha: "" } } });
}

async function send(event) {
  event.preventDefault();
  const press = form.querySelector("button");
  problem.textContent = fault();
  if (problem.textContent || press.disabled) return;
  press.disabled = true;
  try {
    if (isAgain && !(await unlock(values.pin))) throw new Error(t("pair.wrong_pin"));
    const given = await askForToken();
    await keep(given.token);
    await saveLook({ language: tongue() });
    done();
  } catch (error) {
    problem.textContent = error.message;
    press.disabled = false;
  }
}

async function begin() {
  await loadWords(tongue());
  if (!canKeep()) {
    form.replaceChildren(note("danger", h("p", {}, h("strong", {}, t("start.no_https"))), h("p", {}, t("start.no_https_hint"))));
    return;
  }
  const set = (key) => (value) => { values[key] = value; };
  const end = form.querySelector(".form-end");
  isAgain = await hasVault();
  const secret = { type: "password", mode: "numeric", most: 12 };
  const asked = isAgain
    ? [note("info", h("p", {}, t("pair.again"))), lineInput(t("pair.old_pin"), "", set("pin"), secret), problem]
    : [lineInput(t("pair.pin"), "", set("pin"), { hint: t("pair.pin_hint"), ...secret }),
      lineInput(t("pin.twice"), "", set("twice"), secret), problem];
  end.before(...asked);
  form.addEventListener("submit", send);
  form.dataset.ready = "yes";
}

if (form) begin();
