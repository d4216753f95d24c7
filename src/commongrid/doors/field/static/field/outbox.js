// Intentions: what the person means to do. Each is kept before the page says so, keeps its body
// for ever (the house compares), and leaves only after a final answer has been read.

import { nextNumber } from "./disk.js";
import { isFinal, isOwed, isUnsent, subjectOf, waitingOn, weekOf } from "./rules.js";
import { changed, loadAll, now, readFile, save, state } from "./store.js";

const WEEKS_KEPT = 8;
export const KEPT_DONE_MS = 7 * 24 * 3600e3;
export const fileId = (intentId, sha) => `${intentId}/${sha}`;

/** The last intention on the same matter that the house has not answered: this one comes after it. */
function lastOn(subject, more) {
  const rows = [...waitingOn(state.intents, subject), ...more.filter((one) => subjectOf(one, more) === subject)];
  return rows.at(-1)?.id || "";
}

const sizeOf = ({ sha, bytes, kind, stage }) => ({ sha, bytes, kind, stage });

function intentOf(wire, photos, about) {
  return {
    id: wire.id, seq: wire.seq, wire, about, begun: false, answer: null, isRead: false,
    keptAt: now(), photos: photos.map((one) => ({ ...sizeOf(one), attached: false })),
  };
}

async function head(kind, minutes) {
  const wire = { id: crypto.randomUUID(), seq: await nextNumber(), made_at: new Date().toISOString(), kind };
  if (minutes !== undefined) wire.minutes = minutes;
  return wire;
}

export async function newRaise(draft, photos, about, minutes) {
  const wire = { ...(await head("raise", minutes)), draft, photos: photos.map(sizeOf) };
  return intentOf(wire, photos, about);
}

/** A step. `before` are intentions made in the same breath and not kept yet. */
export async function newStep({ subject, raise = null, action, fields, base, photos = [], about,
  minutes, before = [] }) {
  const wire = {
    ...(await head("step", minutes)),
    matter: raise ? "" : subject, of: raise || "", after: lastOn(subject, before),
    action, fields, base, photos: photos.map(sizeOf),
  };
  return intentOf(wire, photos, about);
}

/** What the phone knows of a matter, for the house to compare; after unsent steps the unit is not known. */
export function baseOf(card, waiting, predicted) {
  const steps = waiting.filter((one) => one.wire.kind === "step");
  if (!steps.length && card.version !== undefined) {
    return { version: card.version, state: card.state, unit: card.unit || "", place: card.place };
  }
  // Where a raise lands is the house's to say: its place is not known before it has answered.
  return { version: null, state: predicted, unit: null, place: card.version === undefined ? null : card.place };
}

/** Keep intentions with their pictures and let go of the draft they were, in one turn. */
export async function keep(intents, { files = [], drafts = [], draftFiles = [], filled = 0, habits } = {}) {
  const facts = { log: counted(intents, filled) };
  if (habits) facts.habits = habits;
  await save({ facts, intents, files, lostDrafts: drafts, lostFiles: draftFiles });
  changed("outbox");
}

/** The own burden: entries, fields and minutes a week, on this phone only. */
function counted(intents, filled) {
  const week = weekOf(now());
  const was = state.log[week] || { entries: 0, fields: 0, minutes: 0 };
  const minutes = intents.reduce((sum, one) => sum + (one.wire.minutes || 0), 0);
  const log = { ...state.log,
    [week]: { entries: was.entries + 1, fields: was.fields + filled, minutes: was.minutes + minutes } };
  return Object.fromEntries(Object.entries(log).sort().slice(-WEEKS_KEPT));
}

export const unsent = () => state.intents.filter(isUnsent);
export const owedPhotos = () => state.intents.flatMap((one) => one.photos.filter(isOwed).map((photo) => ({ one, photo })))
  .filter(({ one }) => !isFinal(one) || ["done", "already"].includes(one.answer.verdict));

/** Those that fall with this one, if it is taken back: it, and what was meant after it. */
export function fallsWith(intent) {
  const subject = subjectOf(intent, state.intents);
  return waitingOn(state.intents, subject).filter((one) => one.seq >= intent.seq);
}

export const mayTakeBack = (intent) => isUnsent(intent) && fallsWith(intent).every((one) => !one.begun);

/** One at a time over all tabs: sending begins and taking back never cross. */
export const alone = (fn) => (navigator.locks ? navigator.locks.request("commongrid-field-outbox", fn) : fn());

export function takeBack(intent) {
  return alone(async () => {
    await loadAll();
    const fresh = state.intents.find((one) => one.id === intent.id);
    if (!fresh || !mayTakeBack(fresh)) return false;
    await forget(fallsWith(fresh));
    return true;
  });
}

/** Erase intentions with their pictures: only after a final answer, or by the person's own word. */
export async function forget(intents) {
  await save({
    dropped: intents.map((one) => one.id),
    lostFiles: intents.flatMap((one) => one.photos.map((photo) => fileId(one.id, photo.sha))),
  });
  changed("outbox");
}

/** Answers that were read, done ones after a week: they leave by themselves. */
export function outdated(at) {
  return state.intents.filter((one) => isFinal(one)
    && (one.isRead || (["done", "already"].includes(one.answer.verdict)
      && !one.photos.some(isOwed) && at - (one.answeredAt || at) > KEPT_DONE_MS)));
}

/** The person has read an answer; a refused or conflicting one leaves with that. */
export const markRead = (intent) => forget([intent]);

/** "Do it all the same": a new intention on what the house said now; the old one ends with it. */
export async function doAllTheSame(intent) {
  const as = intent.answer.now;
  const base = { version: as.version, state: as.state, unit: as.unit || "", place: as.place };
  const again = await newStep({
    subject: subjectOf(intent, state.intents), action: intent.wire.action, fields: intent.wire.fields,
    base, photos: intent.photos, about: intent.about, minutes: 0,
  });
  const files = [];
  for (const photo of intent.photos) {
    const bytes = await readFile(fileId(intent.id, photo.sha));
    if (bytes) files.push([fileId(again.id, photo.sha), bytes]);
  }
  await save({
    intents: [again], files, dropped: [intent.id],
    lostFiles: intent.photos.map((photo) => fileId(intent.id, photo.sha)),
  });
  changed("outbox");
  return again;
}
