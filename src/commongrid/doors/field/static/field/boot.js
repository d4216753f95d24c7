// The beginning: words, the lock, then the screens; and what makes the phone speak with the house.

import { eraseLeftovers } from "./contact.js";
import { tell } from "./dom.js";
import { unsent } from "./outbox.js";
import { isUnread } from "./rules.js";
import { parts, drawHead, drawTabs, rememberSpot, show } from "./router.js";
import { emptyMemory, listenToTabs, loadAll, loadLook, reload, saveLook, state, watch, wipe } from "./store.js";
import { onErased, restNow, run, sync } from "./sync.js";
import { canKeep, hasVault, isOpen, lock, Locked } from "./vault.js";
import { answers } from "./view_answers.js";
import { locked, start } from "./view_lock.js";
import { map } from "./view_map.js";
import { matter } from "./view_matter.js";
import { applyLook, more } from "./view_more.js";
import { post } from "./view_post.js";
import { kept, raise } from "./view_raise.js";
import { spot } from "./view_spot.js";
import { step } from "./view_step.js";
import { today } from "./view_today.js";
import { firstLanguage, loadWords, t } from "./words.js";

const LOCK_AFTER_MS = 10 * 60_000;
let screen = { isBare: true };
let why = "";
let hiddenAt = 0;
let drawn = 0;
let lastHash = "";

function screenOf([first, second, third], redraw) {
  if (first === "m" && third) return step({ id: second, action: third });
  const screens = {
    m: () => matter({ id: second }), raise: () => raise({ mode: second || "" }), kept: () => kept({ id: second }),
    spot, answers, map: () => map({ id: second }), post, more: () => more({ onLock }, redraw),
  };
  return (screens[first] || (() => today({}, redraw)))();
}

async function pick(redraw) {
  if (!canKeep() || !(await hasVault())) return start({ why, canKeep: canKeep(), onLanguage });
  if (!isOpen()) return locked({ onOpen, onErase, onLanguage });
  return screenOf(parts(), redraw);
}

async function draw({ isSame = false, focusOn = null, isFirst = false } = {}) {
  drawn += 1;
  const turn = drawn;
  const next = await pick((id) => draw({ isSame: true, focusOn: id }));
  if (turn !== drawn) return; // a later one has overtaken it
  screen = next;
  show(screen, { isSame, focusOn, isFirst, onSync });
  document.body.dataset.ready = "yes";
}

const onSync = () => sync({ byHand: true });

async function onLanguage(language) {
  await loadWords(language);
  await saveLook({ language });
  await draw();
}

async function onOpen() {
  await loadAll();
  await tidy();
  why = "";
  await draw();
  sync();
}

function onLock() {
  lock();
  restNow();
  emptyMemory();
  draw();
}

async function onErase() {
  await wipe();
  lock();
  await draw();
}

/** News: a living screen is drawn anew, a form is not; the head always says how it stands. */
let before = { unsent: 0, unread: 0 };
function onNews(what) {
  if (!isOpen()) return;
  if (what === "idle") sayNews();
  if (what === "progress" || !screen.isLive || isInUse()) {
    drawHead(screen, onSync);
    drawTabs(screen);
  } else {
    draw({ isSame: true });
  }
  if (what === "outbox") sync();
}

/** A person who is typing or about to confirm is not interrupted: news wait for the next ones. */
function isInUse() {
  const node = document.activeElement;
  if (node?.closest("main .notice") && node.matches("button")) return true;
  return Boolean(node?.matches("main input:not([type=radio], [type=checkbox]), main textarea") && node.value);
}

function sayNews() {
  const now = { unsent: unsent().length, unread: state.intents.filter(isUnread).length };
  if (now.unread > before.unread) tell(t("sync.told_unread", { n: now.unread }));
  else if (before.unsent && !now.unsent) tell(t("sync.told_all"));
  before = now;
  tidy();
}

/** What nobody needs any more leaves the phone: when it opens, after each word with the house, in time. */
const tidy = () => eraseLeftovers((id) => state.matters.has(id) || state.intents.some((one) => one.id === id));

function watchTheDoor() {
  addEventListener("unhandledrejection", (event) => { if (event.reason instanceof Locked) event.preventDefault(); });
  addEventListener("hashchange", () => { draw(); lastHash = location.hash; });
  addEventListener("scroll", () => { if (location.hash === lastHash) rememberSpot(lastHash); }, { passive: true });
  addEventListener("online", () => { run.failures = 0; sync(); onNews("online"); });
  addEventListener("offline", () => onNews("offline"));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { hiddenAt = Date.now(); return; }
    if (isOpen() && hiddenAt && Date.now() - hiddenAt > LOCK_AFTER_MS) onLock();
    else sync();
  });
  // Locked even if nobody comes back: the key leaves memory by itself.
  setInterval(() => {
    if (document.hidden && isOpen() && Date.now() - hiddenAt > LOCK_AFTER_MS) onLock();
    else if (isOpen()) tidy();
    if (isOpen() && screen.isLive && !document.hidden && !isInUse()) draw({ isSame: true }); // lights change with time
  }, 30_000);
  listenToTabs((what) => {
    if (what === "wiped") { lock(); emptyMemory(); draw(); } else if (isOpen()) reload();
  });
  watch(onNews);
  onErased((kind) => { lock(); why = kind; location.hash = ""; draw(); });
}

async function begin() {
  const look = canKeep() ? await loadLook() : null;
  const wanted = look?.language || firstLanguage();
  await loadWords(wanted).catch(() => loadWords(wanted === "en" ? "zh-hans" : "en"));
  if (canKeep() && !look.language) await saveLook({ language: wanted });
  applyLook(look);
  lastHash = location.hash;
  watchTheDoor();
  await draw({ isFirst: true });
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register("/field/worker.js", { scope: "/field/" }).catch(() => {});
  }
  navigator.storage?.persist?.();
}

begin();
