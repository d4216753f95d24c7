// What the app knows, in memory while it is unlocked, and sealed on the disk at every change.

import { burn, read, readAll, write } from "./disk.js";
import { opening, seal, unseal } from "./vault.js";

const EMPTY_SYNC = {
  cursor: "", have: "", packSha: "", aheadMs: 0, lastContactAt: 0,
  phone: { state: "in_service", until: null }, trouble: null,
};
const FACTS = { token: "", sync: EMPTY_SYNC, pack: null, habits: { place: null, types: [] }, log: {} };

export const state = { ...FACTS, matters: new Map(), intents: [], look: null };
const watchers = new Set();
const tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel("commongrid-field") : null;
let onOtherTab = () => {};

/** Call when something has changed; gives back how to stop. */
export function watch(fn) {
  watchers.add(fn);
  return () => watchers.delete(fn);
}

export function changed(what = "any") {
  for (const fn of [...watchers]) fn(what);
}

export function listenToTabs(fn) { onOtherTab = fn; }
tabs?.addEventListener("message", (event) => onOtherTab(event.data));

/** The house's time as far as this phone can tell. */
export const now = () => Date.now() - state.sync.aheadMs;

const all = async (name) => Promise.all((await readAll(name)).map(unseal));

/** Read the disk into memory: all of it, or nothing when the phone is locked meanwhile. */
export async function loadAll() {
  const stillOpen = opening();
  const found = {};
  for (const [name, first] of Object.entries(FACTS)) {
    const row = await read("facts", name);
    found[name] = row ? await unseal(row) : structuredClone(first);
  }
  found.matters = new Map((await all("matters")).map((card) => [card.id, card]));
  found.intents = (await all("intents")).sort((a, b) => a.seq - b.seq);
  stillOpen();
  Object.assign(state, found);
  await loadLook();
}

export function emptyMemory() {
  Object.assign(state, structuredClone(FACTS), { matters: new Map(), intents: [] });
}

/** Language and text size are no secret: the lock screen needs them. */
export async function loadLook() {
  state.look = (await read("plain", "look")) || { id: "look", language: "", size: "", scheme: "" };
  return state.look;
}

export async function saveLook(changes) {
  state.look = { ...state.look, ...changes, id: "look" };
  await write([["put", "plain", state.look]]);
}

/** Seal several facts, matters, intents or files and write them in one turn; memory follows the disk. */
export async function save({ facts = {}, matters, gone = [], intents = [], dropped = [], files = [],
  lostFiles = [], drafts = [], lostDrafts = [], isWhole = false }) {
  const stillOpen = opening();
  const turn = [];
  for (const [name, value] of Object.entries(facts)) turn.push(["put", "facts", await seal(name, value)]);
  if (isWhole) turn.push(["clear", "matters"]);
  for (const card of matters || []) turn.push(["put", "matters", await seal(card.id, card)]);
  for (const id of gone) turn.push(["drop", "matters", id]);
  for (const one of intents) turn.push(["put", "intents", await seal(one.id, one)]);
  for (const id of dropped) turn.push(["drop", "intents", id]);
  for (const [id, bytes] of files) turn.push(["put", "files", await seal(id, bytes)]);
  for (const id of lostFiles) turn.push(["drop", "files", id]);
  for (const [id, value] of drafts) turn.push(["put", "drafts", await seal(id, value)]);
  for (const id of lostDrafts) turn.push(["drop", "drafts", id]);
  await write(turn);
  stillOpen(); // what is locked stays out of memory; opening it reads the disk
  Object.assign(state, facts);
  if (isWhole) state.matters = new Map();
  for (const card of matters || []) state.matters.set(card.id, card);
  for (const id of gone) state.matters.delete(id);
  mergeIntents(intents, dropped);
  tabs?.postMessage("changed");
}

function mergeIntents(intents, dropped) {
  if (!intents.length && !dropped.length) return;
  const by = new Map(state.intents.map((one) => [one.id, one]));
  for (const one of intents) by.set(one.id, one);
  for (const id of dropped) by.delete(id);
  state.intents = [...by.values()].sort((a, b) => a.seq - b.seq);
}

export async function readFile(id) {
  const row = await read("files", id);
  return row ? unseal(row) : null;
}

export async function readDraft(id) {
  const row = await read("drafts", id);
  return row ? unseal(row) : null;
}

/** What another tab has written is read again: the disk is the truth, memory a copy. */
export async function reload() {
  await loadAll();
  changed("tab");
}

/** Erase everything on this phone. Nothing can bring it back. */
export async function wipe() {
  await burn();
  emptyMemory();
  tabs?.postMessage("wiped");
}
