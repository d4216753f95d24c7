// Intentions go out, answers and what changed come in. One tab at a time does it; a cut at any
// place is harmless: what was not answered is sent again with the same number.

import { readKeys } from "./disk.js";
import { alone, fileId, forget, outdated, owedPhotos, unsent } from "./outbox.js";
import { isFinal } from "./rules.js";
import { changed, now, readFile, reload, save, state, wipe } from "./store.js";
import { isOpen } from "./vault.js";
import { ask, askJson, Trouble } from "./wire.js";

const BATCH = 40;
const BATCH_BYTES = 700_000;
const PIECE = 128 * 1024;
const ROUNDS_MOST = 400;
const FIRST_WAIT_S = 5;
const LONGEST_WAIT_S = 600;

export const run = { isBusy: false, failures: 0, nextAt: 0, sentPhotos: 0, allPhotos: 0, trouble: null };
let timer = 0;
let onEnd = () => {};

/** What happens when the house says that this phone's service is over: the page goes to its start. */
export function onErased(fn) { onEnd = fn; }

function nextBatch(seen) {
  const batch = [];
  let size = 0;
  for (const one of unsent()) {
    if (seen.has(one.id)) continue;
    size += JSON.stringify(one.wire).length * 2;
    if (batch.length === BATCH || (batch.length && size > BATCH_BYTES)) break;
    batch.push(one);
  }
  return batch;
}

/** Kept before it is sent: what may have arrived cannot be taken back any more, in no tab. */
function begin(batch) {
  return alone(async () => {
    const kept = new Set(await readKeys("intents"));
    const still = batch.filter((one) => kept.has(one.id));
    const fresh = still.filter((one) => !one.begun).map((one) => ({ ...one, begun: true }));
    await save({ intents: fresh, dropped: batch.filter((one) => !kept.has(one.id)).map((one) => one.id) });
    return still;
  });
}

async function sendBatch(asked) {
  const batch = await begin(asked);
  const { cursor, have } = state.sync;
  const said = await askJson(state.token, "/field/sync/", {
    v: 1, phone_at: new Date().toISOString(), cursor, have, pack: state.sync.packSha,
    commands: batch.map((one) => one.wire),
  });
  await takeIn(said);
  return said;
}

function withAnswer(intent, answer) {
  const { verdict } = answer;
  if (verdict === "waits") return { ...intent, need: answer.need || [], waits: answer.say };
  const need = new Set(answer.need || []);
  const isDone = verdict === "done" || verdict === "already";
  const photos = intent.photos.map((one) => (isDone && !need.has(one.sha) ? { ...one, attached: true } : one));
  const kept = isDone ? stripped(intent) : intent;
  return { ...kept, answer, photos, answeredAt: now(), need: [...need] };
}

/** What is done is the house's: its words, contact data and fields do not stay on the phone. */
function stripped(intent) {
  const { id, seq, made_at, kind, matter, of, after, action } = intent.wire;
  const { type, place } = intent.about;
  return { ...intent, wire: { id, seq, made_at, kind, matter, of, after, action, fields: {} }, about: { type, place, ref: "", text: "" } };
}

const arrived = (intent) => intent.photos.filter((one) => one.attached).map((one) => fileId(intent.id, one.sha));

/** Take in one whole answer of the house in one turn: answers, cards, cursor and clock together. */
async function takeIn(said) {
  const by = new Map(state.intents.map((one) => [one.id, one]));
  const intents = (said.answers || []).filter((one) => by.has(one.id) && !isFinal(by.get(one.id)))
    .map((one) => withAnswer(by.get(one.id), one));
  const isOver = said.phone?.state === "ended";
  const feed = isOver ? { ...said.feed, matters: [], gone: [], is_whole: true } : said.feed;
  const sync = { ...state.sync,
    cursor: feed?.cursor ?? state.sync.cursor, have: feed?.have ?? state.sync.have,
    aheadMs: (said.phone_ahead_s || 0) * 1000, phone: said.phone || state.sync.phone, trouble: null };
  sync.lastContactAt = Date.now() - sync.aheadMs;
  const facts = isOver ? { sync: { ...sync, packSha: "" }, pack: null } : { sync };
  await save({ facts, intents, lostFiles: intents.flatMap(arrived), matters: feed?.matters || [],
    gone: feed?.gone || [], isWhole: Boolean(feed?.is_whole) });
  changed("sync");
}

async function freshPack(sha) {
  if (!sha || (sha === state.sync.packSha && state.pack)) return;
  const answer = await ask(state.token, "/field/pack/", { may: [304] });
  if (answer.status === 304) return;
  const pack = await answer.json().catch(() => { throw new Trouble("away"); });
  await save({ facts: { pack, sync: { ...state.sync, packSha: pack.sha || sha, officeKey: pack.office_key } } });
  changed("pack");
}

async function notePhoto(intentId, sha, note) {
  const intent = state.intents.find((one) => one.id === intentId);
  if (!intent) return;
  const photos = intent.photos.map((one) => (one.sha === sha ? { ...one, ...note } : one));
  const lostFiles = note.attached ? [fileId(intentId, sha)] : [];
  await save({ intents: [{ ...intent, photos }], lostFiles });
}

/** Send one picture from where the house has it; true when the house has all of it. */
async function sendPhoto(one, photo) {
  const bytes = await readFile(fileId(one.id, photo.sha));
  if (!bytes) return notePhoto(one.id, photo.sha, { dead: "lost" });
  let at = photo.received || 0;
  let restarts = 0;
  while (at < bytes.byteLength || at === 0) {
    const answer = await sendPiece(one, photo, bytes, at);
    const said = await answer.json().catch(() => ({}));
    if (answer.status === 422) {
      if (said.rule === "field.unreadable" || restarts > 0) {
        return notePhoto(one.id, photo.sha, { dead: said.rule || "other_file", why: said.detail || "" });
      }
      [at, restarts] = [0, restarts + 1];
      continue;
    }
    if (!Number.isInteger(said.received)) throw new Trouble("away"); // cut off: begin again from here
    if (answer.status === 409 && said.received === at) throw new Trouble("other", { status: 409 });
    at = said.received;
    await notePhoto(one.id, photo.sha, { received: at, isWhole: said.is_whole, attached: said.is_attached });
    if (said.is_whole) return true;
  }
  // All pieces are there and the house has not said that it is whole: from the beginning, next time.
  return notePhoto(one.id, photo.sha, { received: 0 });
}

function sendPiece(one, photo, bytes, at) {
  const query = new URLSearchParams({
    command: one.id, bytes: photo.bytes, offset: at, kind: photo.kind, stage: photo.stage,
  });
  return ask(state.token, `/field/files/${photo.sha}/?${query}`, {
    method: "PUT", body: bytes.slice(at, at + PIECE), may: [409, 422],
    headers: { "Content-Type": "application/octet-stream" },
  });
}

/** Pictures whose intention the house has seen; those a step waits for come first. */
async function sendPhotos() {
  const due = owedPhotos().filter(({ one, photo }) => one.begun && !photo.isWhole)
    .sort((a, b) => Number(isFinal(a.one)) - Number(isFinal(b.one)) || a.one.seq - b.one.seq);
  run.allPhotos = due.length;
  run.sentPhotos = 0;
  for (const { one, photo } of due) {
    await sendPhoto(one, photo);
    run.sentPhotos += 1;
    changed("progress");
  }
  return due.length;
}

/** A picture that is whole but was not seen to hang on its matter: ask once a run. */
async function askForWhole() {
  for (const { one, photo } of owedPhotos().filter((row) => isFinal(row.one) && row.photo.isWhole)) {
    const answer = await ask(state.token, `/field/files/${photo.sha}/?command=${one.id}`, { may: [404] });
    const said = await answer.json().catch(() => ({}));
    if (said.is_attached) await notePhoto(one.id, photo.sha, { attached: true });
    else if (answer.status === 404 || said.is_whole === false) {
      await notePhoto(one.id, photo.sha, { isWhole: false, received: said.received || 0 });
    }
  }
}

async function exchange() {
  let said = null;
  for (let round = 0; round < ROUNDS_MOST; round += 1) {
    const left = unsent().length;
    const seen = new Set(); // a batch that only waits must not hide the ones behind it
    do {
      const batch = nextBatch(seen);
      if (!batch.length && said) break;
      batch.forEach((one) => seen.add(one.id));
      said = await sendBatch(batch);
    } while (nextBatch(seen).length);
    const sent = await sendPhotos();
    if (!unsent().length || (unsent().length === left && !sent)) break;
  }
  await askForWhole();
  // Nothing unsent is ever dropped: it stays, alone, until it has gone out or the time is over.
  if (said.phone?.erase && !unsent().length && !owedPhotos().length) throw new Trouble("ended");
  if (said.phone?.state !== "ended") await freshPack(said.pack);
  await forget(outdated(now()));
}

const waitFor = (failures) => Math.min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** Math.max(0, failures - 1));

async function failed(error) {
  if (!(error instanceof Trouble)) throw error;
  run.trouble = error;
  if (error.kind === "revoked" || error.kind === "ended") {
    await wipe();
    onEnd(error.kind);
    return;
  }
  run.failures += 1;
  if (error.kind === "stranger") return; // only pairing anew helps; the outbox stays
  const wait = Math.max(error.waitS, waitFor(run.failures)) * (1 + Math.random() / 4);
  run.nextAt = Date.now() + wait * 1000;
  if (isOpen()) timer = setTimeout(() => sync(), wait * 1000);
}

async function once() {
  if (!isOpen() || !state.token) return;
  run.isBusy = true;
  changed("busy");
  try {
    await exchange();
    Object.assign(run, { failures: 0, nextAt: 0, trouble: null });
  } catch (error) {
    await failed(error);
  } finally {
    run.isBusy = false;
    changed("idle");
  }
}

/** Speak with the house now. Two tabs never do it at once; asking twice does it once. */
export async function sync({ byHand = false } = {}) {
  if (run.isBusy || !isOpen()) return;
  if (!byHand && !navigator.onLine) { changed("offline"); return; } // nothing is begun that cannot leave
  if (!byHand && run.trouble?.kind === "busy" && Date.now() < run.nextAt) return; // the house asked us to wait
  clearTimeout(timer);
  if (!navigator.locks) { await once(); return; }
  await navigator.locks.request("commongrid-field-sync", { ifAvailable: true }, async (turn) => {
    if (!turn) return;
    await reload(); // another tab may have sent meanwhile
    await once();
  });
}

export const restNow = () => clearTimeout(timer);
