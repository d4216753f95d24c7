// Today: what the worker has to do, by light and promise; what is unsent and unread stands apart.

import { h, icon, leads, note } from "./dom.js";
import { unsent } from "./outbox.js";
import { intentFoot, intentTitle, matterCard } from "./parts.js";
import { inOrder, isUnread, lightOf, silence } from "./rules.js";
import { now, state } from "./store.js";
import { day, moment, say, t } from "./words.js";

const FIRST_SHOWN = 40;
let shown = FIRST_SHOWN;
let wanted = "";

/** The notices that stand above everything: long silence, an appointment that is over. */
export function notices() {
  const found = [];
  const { sync, pack } = state;
  if (sync.phone.state === "ended") {
    found.push(note("warn", h("p", {}, t("notice.ended", { until: moment(sync.phone.until) }))));
  }
  const quiet = silence(sync.lastContactAt, now(), pack?.keep_days);
  if (quiet === "day") found.push(note("info", h("p", {}, t("notice.day", { at: moment(sync.lastContactAt) }))));
  if (quiet === "long") {
    found.push(note("danger", h("p", {}, t("notice.long", { at: moment(sync.lastContactAt) })),
      unsent().length > 0 && h("p", {}, leads(t("settings.export"), "#/more", { sign: "out" }))));
  }
  return found;
}

function tile(words, n, href, sign, tone = "") {
  return h("a", { class: `tile ${tone && n ? `tile--${tone}` : ""}`, href }, icon(sign),
    h("strong", { class: "number" }, String(n)), h("span", {}, words));
}

function tiles() {
  const unread = state.intents.filter(isUnread).length;
  return h("div", { class: "tiles-row" },
    tile(t("today.unsent"), unsent().length, "#/answers", "out", "waiting"),
    tile(t("today.unread"), unread, "#/answers", "mail", "unread"));
}

function raisedHere() {
  const rows = unsent().filter((one) => one.wire.kind === "raise");
  if (!rows.length) return null;
  return h("section", {}, h("h2", {}, t("today.raised_here")),
    h("ul", { class: "cards" }, rows.map((one) => h("li", {},
      h("a", { class: "item item--unsent", href: `#/m/${one.id}` },
        h("span", { class: "item-head" }, h("strong", {}, intentTitle(one)),
          h("span", { class: "tag tag--waiting" }, icon("out"), t("card.not_sent"))),
        h("span", { class: "item-words" }, one.about.text), intentFoot(one))))));
}

const fits = (card, words) => !words || [card.ref, card.text, card.address, say(state.pack?.types?.[card.type]?.name)]
  .some((one) => (one || "").toLowerCase().includes(words));

function summary(cards) {
  const count = (names) => cards.filter((card) => names.includes(lightOf(card, now()))).length;
  const rows = [["red", ["late", "red"]], ["yellow", ["yellow"]], ["blue", ["blue"]]]
    .map(([light, names]) => [light, count(names)]).filter(([, n]) => n);
  if (!rows.length) return null;
  return h("p", { class: "lights-line" }, rows.map(([light, n]) => h("span", { class: `light light--${light}` },
    icon(`light-${light}`), h("span", {}, t(`today.count_${light}`, { n })))));
}

function open(cards, redraw) {
  const found = cards.filter((card) => fits(card, wanted));
  const list = h("ul", { class: "cards", id: "open-list" }, found.slice(0, shown).map((card) => matterCard(card)));
  const search = cards.length > 8 && h("div", { class: "search" },
    h("label", { class: "unseen", for: "find" }, t("today.find")),
    h("input", { id: "find", type: "search", placeholder: t("today.find"), value: wanted, autocomplete: "off",
      oninput: (event) => { wanted = event.target.value.trim().toLowerCase(); shown = FIRST_SHOWN; redraw("find"); } }));
  return h("section", {}, h("h2", {}, t("today.open", { n: cards.length })), summary(cards), search,
    found.length ? list : h("p", { class: "nothing" }, icon("empty"), cards.length ? t("today.none_found") : t("today.none")),
    found.length > shown && h("button", { type: "button", class: "button button--wide", id: "show-more",
      onclick: () => { shown += 100; redraw("show-more"); } }, t("today.show_more", { n: found.length - shown })));
}

export function today(_, redraw) {
  const cards = inOrder([...state.matters.values()], now());
  const handed = cards.filter((card) => card.handed);
  const others = cards.filter((card) => !card.handed);
  const place = say(state.pack?.place?.name);
  const grids = (state.pack?.grids || []).map((one) => say(one.name)).join(", ");
  const body = h("div", { class: "stack" },
    h("h1", { tabindex: "-1" }, t("today.title"), h("small", {}, day(now()))),
    (place || grids) && h("p", { class: "soft place-line" }, icon("pin"), h("span", {}, [place, grids].filter(Boolean).join(" · "))),
    notices(), tiles(),
    !state.pack && h("p", { class: "nothing" }, icon("sync"), t("today.first_sync")),
    raisedHere(),
    handed.length > 0 && h("section", {}, h("h2", {}, t("today.handed", { n: handed.length })),
      h("ul", { class: "cards" }, handed.map((card) => matterCard(card)))),
    state.pack && open(others, redraw));
  const bar = state.pack && h("div", { class: "bar" },
    leads(t("today.raise"), "#/raise", { tone: "primary", sign: "plus" }),
    leads(t("today.spot"), "#/spot", { tone: "primary", sign: "spot" }));
  return { title: t("today.title"), node: body, bar, tab: "today", isLive: true };
}
