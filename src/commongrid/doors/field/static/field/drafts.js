// A form that is not finished survives a reload, a call and a camera that pushes the app out.

import { fileId } from "./outbox.js";
import { changed, readDraft, readFile, save } from "./store.js";
import { isOpen } from "./vault.js";

const REST_MS = 400;
const draftFile = (name, sha) => `draft:${name}/${sha}`;

/** The draft of a form: `values` is plain; pictures lie apart, sealed, as soon as they are taken. */
export async function openDraft(name, first) {
  const kept = await readDraft(name);
  const draft = { name, values: { ...structuredClone(first), ...kept?.values }, photos: kept?.photos || [],
    openedAt: Date.now(), timer: 0, isClosed: false, writing: Promise.resolve() };
  for (const photo of draft.photos) photo.content = await readFile(draftFile(name, photo.sha));
  draft.photos = draft.photos.filter((one) => one.content);
  draft.isKept = Boolean(kept);
  return draft;
}

const bare = (photos) => photos.map(({ content, ...rest }) => rest);

function write(draft, more = {}) {
  if (draft.isClosed || !isOpen()) return draft.writing;
  const row = { values: draft.values, photos: bare(draft.photos) };
  draft.writing = draft.writing.then(() => (draft.isClosed ? null : save({ drafts: [[draft.name, row]], ...more })))
    .catch(() => {}); // a full disk is said when it is sent
  return draft.writing;
}

export function touch(draft) {
  clearTimeout(draft.timer);
  draft.timer = setTimeout(() => write(draft), REST_MS);
}

export function flush(draft) {
  clearTimeout(draft.timer);
  return write(draft);
}

export function addPhoto(draft, photo) {
  if (draft.photos.some((one) => one.sha === photo.sha)) return Promise.resolve();
  draft.photos.push(photo);
  return write(draft, { files: [[draftFile(draft.name, photo.sha), photo.content]] });
}

export function dropPhoto(draft, photo) {
  draft.photos = draft.photos.filter((one) => one !== photo);
  return write(draft, { lostFiles: [draftFile(draft.name, photo.sha)] });
}

/** Make a draft of an intention that ended, and let go of the intention, in one turn. */
export async function redraft(name, values, intent) {
  const photos = [];
  const files = [];
  for (const { sha, bytes, kind, stage } of intent.photos) {
    const content = await readFile(fileId(intent.id, sha));
    if (!content) continue;
    photos.push({ sha, bytes, kind, stage });
    files.push([draftFile(name, sha), content]);
  }
  await save({ drafts: [[name, { values, photos }]], files, dropped: [intent.id],
    lostFiles: intent.photos.map(({ sha }) => fileId(intent.id, sha)) });
  changed("outbox");
}

/** What has to be erased when the draft has become an intention. */
export function closing(draft) {
  clearTimeout(draft.timer);
  draft.isClosed = true;
  return { drafts: [draft.name], draftFiles: draft.photos.map((one) => draftFile(draft.name, one.sha)) };
}

export async function dropDraft(draft) {
  const { drafts, draftFiles } = closing(draft);
  await draft.writing;
  await save({ lostDrafts: drafts, lostFiles: draftFiles });
}

/** Whole minutes the form was open in this sitting, as the burden meter takes them. */
export const minutesOf = (draft) => Math.min(30, Math.round((Date.now() - draft.openedAt) / 60_000));
