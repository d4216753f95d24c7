// One matter: how it stands, what was promised, what was meant on this phone and is not sent yet,
// and what may come next.

import { button, h, icon, leads, note, tell } from "./dom.js";
import { contactPart } from "./contact.js";
import { fallsWith, mayTakeBack, takeBack } from "./outbox.js";
import { actionName, intentFoot, intentTitle, lightTag, placeName, stateName, typeName } from "./parts.js";
import { firstState, isFinal, possibleSteps, stateAfter, waitingOn } from "./rules.js";
import { state } from "./store.js";
import { moment, say, t } from "./words.js";

/** The card of a matter, or one made of a raise that the house has not answered. */
export function subject(id) {
  const card = state.matters.get(id);
  if (card) return { card, raise: null };
  const raise = state.intents.find((one) => one.id === id && one.wire.kind === "raise");
  if (!raise) return null;
  const known = raise.answer?.matter && state.matters.get(raise.answer.matter);
  if (known) return { card: known, raise: null };
  if (isFinal(raise)) return null;
  const { draft } = raise.wire;
  const kind = state.pack?.types?.[draft.type_code]?.kind || "event";
  return { raise, card: {
    id: raise.id, ref: "", kind, type: draft.type_code, state: firstState(state.pack, kind), text: draft.text,
    address: draft.address, place: draft.grid_code, lon: draft.lon, lat: draft.lat, last: [], can: null,
    received_at: raise.wire.made_at, photos: raise.photos.length,
  } };
}

/** Take back, with a word of what falls along. */
export function takeBackButton(intent) {
  if (!mayTakeBack(intent)) return h("p", { class: "hint" }, t("intent.begun"));
  const n = fallsWith(intent).length - 1;
  const place = h("div", {});
  const done = async () => {
    place.replaceChildren(); // it has been confirmed: news need not wait for the person any more
    if (!(await takeBack(intent))) { draw(); return; }
    tell(t("intent.taken_back"));
    document.querySelector("main h1")?.focus(); // what had the focus is gone
  };
  const ask = () => {
    place.replaceChildren(h("div", { class: "notice notice--warn" }, icon("warn"), h("div", {},
      h("p", {}, n ? t("intent.back_more", { n }) : t("intent.back_sure")),
      h("div", { class: "cluster" },
        button(t("intent.back_yes"), done, { tone: "danger" }),
        button(t("form.no"), draw)))));
    place.querySelector("button").focus();
  };
  const draw = () => place.replaceChildren(button(t("intent.back"), ask, { sign: "cross" }));
  draw();
  return place;
}

function unsentPart(waiting, predicted, card) {
  if (!waiting.length) return null;
  return h("section", { class: "unsent", "aria-labelledby": "unsent-title" },
    h("h2", { id: "unsent-title" }, icon("out"), h("span", {}, t("matter.unsent"))),
    h("p", { class: "hint" }, predicted && predicted !== card.state
      ? t("matter.predicted", { state: stateName(card.kind, predicted) }) : t("matter.unsent_hint")),
    h("ul", { class: "plain" }, waiting.map((one) => h("li", { class: "unsent-row" },
      h("strong", {}, intentTitle(one)), h("span", { class: "soft" }, moment(one.keptAt)),
      intentFoot(one), Object.values(one.wire.fields || {}).filter((words) => typeof words === "string" && words.length > 10)
        .map((words) => h("p", {}, words)),
      takeBackButton(one)))));
}

function stepsPart(card, waiting, linkId) {
  const steps = possibleSteps(card, waiting, state.pack);
  if (!steps.length) return h("p", { class: "hint" }, t("matter.no_steps"));
  const tone = (action) => state.pack?.actions?.[action]?.tone || "normal";
  const order = { primary: 0, normal: 1, careful: 2 };
  const rows = [...steps].sort((a, b) => (order[tone(a.action)] ?? 1) - (order[tone(b.action)] ?? 1));
  return h("ul", { class: "step-list" }, rows.map((step, at) => h("li", {},
    leads(actionName(step.action), `#/m/${linkId}/${step.action}`, {
      tone: tone(step.action) === "primary" && at < 2 ? "primary" : "", sign: "forward", class: "button--wide" }))));
}

function lastSteps(card) {
  if (!card.last?.length) return null;
  return h("section", {}, h("h2", {}, t("matter.last")), h("ol", { class: "trail" }, card.last.map((one) => h("li", {},
    h("strong", {}, say(one.label)), h("span", { class: "soft" }, moment(one.at)), one.words && h("p", {}, one.words)))));
}

export function matter({ id }) {
  const found = subject(id);
  if (!found) {
    return { title: t("matter.gone"), isLive: true, back: "#/today", node: h("div", { class: "stack" },
      h("h1", { tabindex: "-1" }, t("matter.gone")), h("p", {}, t("matter.gone_hint")), leads(t("nav.today"), "#/today")) };
  }
  const { card, raise } = found;
  const waiting = waitingOn(state.intents, card.id);
  const actions = waiting.filter((one) => one.wire.kind === "step").map((one) => one.wire.action);
  const predicted = stateAfter(state.pack, card.kind, card.state, actions);
  const plain = say(state.pack?.flows?.[card.kind]?.states?.[card.state]?.plain);
  const where = [placeName(card.place), card.address].filter(Boolean).join(", ");
  const node = h("div", { class: "stack" },
    h("h1", { tabindex: "-1" }, typeName(card.type), card.ref && h("small", { class: "code" }, card.ref)),
    raise ? note("info", h("p", {}, t("matter.not_sent_yet"))) : h("div", { class: "standing" },
      h("p", { class: "standing-state" }, h("strong", {}, stateName(card.kind, card.state)), plain && h("span", {}, plain)),
      h("p", {}, lightTag(card), card.due_name && h("span", { class: "soft" }, ` ${say(card.due_name)} · ${moment(card.due_at)}`))),
    card.is_sealed ? note("warn", h("p", {}, t("card.sealed"))) : h("p", { class: "told" }, card.text),
    where && h("p", { class: "place-line" }, icon("pin"), h("span", {}, where)),
    card.unit && h("p", { class: "place-line" }, icon("unit"), h("span", {}, say(card.unit_name) || card.unit)),
    card.photos > 0 && h("p", { class: "place-line soft" }, icon("camera"), h("span", {}, t("intent.photos", { n: card.photos }))),
    Number.isFinite(card.lon) && h("p", {}, leads(t("where.on_map"), `#/map/${card.id}`, { sign: "map" })),
    unsentPart(waiting, predicted, card),
    h("section", {}, h("h2", {}, t("matter.steps")), stepsPart(card, waiting, card.id)),
    lastSteps(card),
    card.has_contact && !raise && contactPart(card));
  return { title: typeName(card.type), node, back: "#/today", tab: "today", isLive: true };
}
