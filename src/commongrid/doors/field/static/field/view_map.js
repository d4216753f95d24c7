// The map of the own grid with its open matters; a shape and a letter each, never a colour alone.

import { h, icon } from "./dom.js";
import { drawMap } from "./mapdraw.js";
import { LIGHT_SIGN, matterCard } from "./parts.js";
import { inOrder } from "./rules.js";
import { now, state } from "./store.js";
import { subject } from "./view_matter.js";
import { t } from "./words.js";

export function map({ id }) {
  const cards = inOrder([...state.matters.values()], now());
  const found = id ? subject(id) : null; // also one raised here and not sent yet
  const chosen = found?.card;
  const map = state.pack && drawMap(state.pack, { cards, now: now(), point: chosen, label: t("map.label") });
  const lights = ["late", "yellow", "blue", "none", "grey"];
  const kinds = [...new Set(cards.map((card) => card.kind))];
  const node = h("div", { class: "stack" }, h("h1", { tabindex: "-1" }, t("map.title")),
    map ? map.node : h("p", { class: "nothing" }, icon("map"), t("map.none")),
    chosen && !found.raise && h("ul", { class: "cards" }, matterCard(chosen)),
    map && h("section", {}, h("h2", {}, t("map.legend")),
      h("ul", { class: "legend" }, lights.map((light) => h("li", {}, h("span", { class: `light light--${light}` },
        icon(LIGHT_SIGN[light]), h("span", {}, t(`light.${light}`))))),
      kinds.map((kind) => h("li", {}, h("strong", {}, t(`kind.letter.${kind}`)), " ", t(`kind.${kind}`))))),
    h("p", { class: "hint" }, t("map.no_tiles")));
  return { title: t("map.title"), node, tab: "map", isLive: false };
}
