// Addresses after the # to screens; the frame around them; where focus goes.

import { empty, h, icon } from "./dom.js";
import { unsent } from "./outbox.js";
import { isUnread } from "./rules.js";
import { state } from "./store.js";
import { run } from "./sync.js";
import { say, t } from "./words.js";

const TABS = [["today", "#/today", "today", "nav.today"], ["map", "#/map", "map", "nav.map"],
  ["answers", "#/answers", "mail", "nav.answers"], ["more", "#/more", "more", "nav.more"]];
const spots = new Map(); // how far down each screen was read

export const at = (id) => document.getElementById(id);

/** "#/m/<id>/accept" as ["m", "<id>", "accept"]. */
export function parts(hash = location.hash) {
  return hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);
}

function syncKey(onSync) {
  // One button as long as the head stands: a tap that began before news came still counts.
  const key = at("sync-key") || h("button", { type: "button", id: "sync-key", onclick: onSync });
  const n = unsent().length;
  const isAway = !navigator.onLine || run.trouble?.kind === "away";
  const words = run.isBusy ? t("sync.busy") : isAway ? t("sync.away_short") : n ? t("sync.send", { n }) : t("sync.key");
  key.className = `sync ${run.isBusy ? "sync--busy" : ""} ${n ? "sync--waiting" : ""}`;
  key.replaceChildren(icon(isAway && !run.isBusy ? "away" : "sync"), h("span", {}, words));
  return key;
}

export function drawHead(screen, onSync) {
  const head = at("head");
  head.hidden = Boolean(screen.isBare);
  if (screen.isBare) { empty(head); return; }
  const place = (state.pack?.grids || []).map((one) => say(one.name)).join(", ") || t("app.name");
  const left = screen.back
    ? h("a", { class: "head-back", href: screen.back, id: "head-back" }, icon("back"), h("span", {}, t("nav.back")))
    : h("span", { class: "head-place" }, icon("mark"), h("span", {}, place));
  const key = syncKey(onSync);
  if (key.parentElement !== head) head.replaceChildren(left, key);
  else if (!head.firstElementChild.isEqualNode(left)) head.firstElementChild.replaceWith(left);
}

export function drawTabs(screen) {
  const nav = empty(at("tabs"));
  nav.hidden = Boolean(screen.isBare);
  nav.setAttribute("aria-label", t("nav.label"));
  if (screen.isBare) return;
  const unread = state.intents.filter(isUnread).length;
  for (const [key, href, sign, words] of TABS) {
    const badge = key === "answers" && unread > 0 && h("span", { class: "badge" }, String(unread));
    nav.append(h("a", { href, "aria-current": screen.tab === key ? "page" : null }, icon(sign), h("span", {}, t(words)), badge));
  }
}

/** How to find again what had the focus when a screen is drawn anew. */
function markOf(node) {
  if (!node || !at("main").contains(node)) return null;
  if (node.id && !/-\d+$/.test(node.id)) return `#${CSS.escape(node.id)}`;
  const href = node.getAttribute("href");
  return href ? `a[href="${CSS.escape(href)}"]` : null;
}

/** Put a screen onto the page. `isSame`: the same screen with news; focus and place are kept. */
export function show(screen, { isSame = false, onSync, focusOn = null, isFirst = false } = {}) {
  const main = at("main");
  const mark = focusOn ? `#${focusOn}` : markOf(document.activeElement);
  const caret = document.activeElement?.selectionStart;
  main.replaceChildren(screen.node);
  at("bar").replaceChildren(...(screen.bar ? [screen.bar] : []));
  at("bar").hidden = !screen.bar;
  document.body.classList.toggle("is-bare", Boolean(screen.isBare));
  document.title = [screen.title, t("app.name")].join(" · ");
  at("skip").textContent = t("nav.skip");
  drawHead(screen, onSync);
  drawTabs(screen);
  if (isSame) {
    const again = mark && main.querySelector(mark);
    again?.focus({ preventScroll: true });
    if (again && focusOn && caret !== undefined && again.setSelectionRange) again.setSelectionRange(caret, caret);
    return;
  }
  scrollTo(0, spots.get(location.hash) || 0);
  if (!isFirst) main.querySelector("h1")?.focus({ preventScroll: true }); // and it is read out
}

export const rememberSpot = (hash) => spots.set(hash, scrollY);
