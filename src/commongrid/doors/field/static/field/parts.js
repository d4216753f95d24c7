// Parts of several screens: a matter in a list, an intention, how long ago.

import { h, icon } from "./dom.js";
import { lightOf, waitingOn } from "./rules.js";
import { now, state } from "./store.js";
import { promise, say, t } from "./words.js";

export const LIGHT_SIGN = { late: "light-red", red: "light-red", yellow: "light-yellow", blue: "light-blue", grey: "pause", none: "clock" };

export const typeName = (code) => say(state.pack?.types?.[code]?.name) || code;
export const actionName = (action) => say(state.pack?.actions?.[action]?.label) || action;

/** The name of a part of the map by its code. */
export function placeName(code) {
  for (const grid of state.pack?.grids || []) {
    if (grid.code === code) return say(grid.name);
    const micro = (grid.micro || []).find((one) => one.code === code);
    if (micro) return say(micro.name);
  }
  return say((state.pack?.around || []).find((one) => one.code === code)?.name) || code || "";
}

export function stateName(kind, key) {
  return say(state.pack?.flows?.[kind]?.states?.[key]?.name) || key;
}

/** The light with its words: never a colour alone. */
export function lightTag(card) {
  const light = lightOf(card, now());
  const words = light === "grey" ? t("light.grey") : promise(card.due_at, now());
  return h("span", { class: `light light--${light}` }, icon(LIGHT_SIGN[light]), h("span", {}, words));
}

export function waitingTag(card) {
  const n = waitingOn(state.intents, card.id).length;
  return n ? h("span", { class: "tag tag--waiting" }, icon("out"), t("card.unsent", { n })) : null;
}

/** A matter in a list: all of it leads to it. */
export function matterCard(card, more = null) {
  const light = lightOf(card, now());
  const words = card.is_sealed ? t("card.sealed") : card.text;
  return h("li", {}, h("a", { class: `item item--${light}`, href: `#/m/${card.id}` },
    h("span", { class: "item-head" }, h("strong", {}, typeName(card.type)), lightTag(card)),
    words && h("span", { class: "item-words" }, words),
    h("span", { class: "item-foot" },
      h("span", {}, placeName(card.place)), h("span", { class: "code" }, card.ref), waitingTag(card), more)));
}

/** What an intention is, in words: "Accept · Exposed rubbish". */
export function intentTitle(intent) {
  const { wire, about } = intent;
  const what = wire.kind === "raise" ? t("intent.raise") : actionName(wire.action);
  return [what, typeName(about.type)].filter(Boolean).join(" · ");
}

export function intentFoot(intent) {
  const photos = intent.photos.filter((one) => one.kind === "photo").length;
  const voices = intent.photos.length - photos;
  return h("span", { class: "item-foot" },
    intent.about.place && h("span", {}, intent.about.place),
    intent.about.ref && h("span", { class: "code" }, intent.about.ref),
    photos > 0 && h("span", {}, t("intent.photos", { n: photos })),
    voices > 0 && h("span", {}, t("intent.voice")));
}
