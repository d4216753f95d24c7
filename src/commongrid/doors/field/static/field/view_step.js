// One step on one matter, as a form of the fields that the charter asks for.

import { h, icon, leads, note, tell } from "./dom.js";
import { closing, minutesOf, openDraft, touch } from "./drafts.js";
import { check, stepField, summaryBox } from "./fields.js";
import { photoTaker } from "./media.js";
import { baseOf, fileId, keep, newStep } from "./outbox.js";
import { actionName, placeName, typeName } from "./parts.js";
import { possibleSteps, stateAfter, waitingOn, wantsEvidence } from "./rules.js";
import { state } from "./store.js";
import { say, t } from "./words.js";
import { subject } from "./view_matter.js";

const PHOTOS = "photos";
const RECORD = "record";
const PROOFS = { photo: () => t("step.proof_photo"), record: () => t("step.proof") };

const isEmpty = (value) => value === undefined || value === null || value === "" || value === false
  || (Array.isArray(value) && !value.length);

/** What is missing, by field, in words. */
function missing(step, values, photos, nodes, proof) {
  const rows = step.fields.filter((one) => one.name !== PHOTOS).map((one) => [
    nodes[one.name], one.required && isEmpty(values[one.name])
      ? t("form.needs", { field: say(state.pack?.fields?.[one.name]?.label) || one.name }) : "",
  ]);
  const isWritten = proof === RECORD && !isEmpty(values[RECORD]);
  if (proof && !photos.length && !isWritten && nodes[PHOTOS]) rows.push([nodes[PHOTOS], PROOFS[proof]()]);
  return rows;
}

async function submit({ card, raise, step, draft, predicted, waiting }) {
  const fields = Object.fromEntries(Object.entries(draft.values).filter(([, value]) => !isEmpty(value)));
  const about = { type: card.type, ref: card.ref, text: card.text || "", place: placeName(card.place) };
  const intent = await newStep({
    subject: card.id, raise: raise?.id, action: step.action, fields, base: baseOf(card, waiting, predicted),
    photos: draft.photos, about, minutes: minutesOf(draft),
  });
  const files = draft.photos.map((one) => [fileId(intent.id, one.sha), one.content]);
  await keep([intent], { files, ...closing(draft), filled: Object.keys(fields).length });
}

export async function step({ id, action }) {
  const found = subject(id);
  const waiting = found ? waitingOn(state.intents, found.card.id) : [];
  const one = found && possibleSteps(found.card, waiting, state.pack).find((row) => row.action === action);
  if (!one) {
    return { title: t("step.none"), back: `#/m/${id}`, node: h("div", { class: "stack" },
      h("h1", { tabindex: "-1" }, t("step.none")), leads(t("matter.back"), `#/m/${id}`)) };
  }
  return stepForm({ ...found, id, step: one, waiting });
}

async function stepForm({ card, raise, id, step: one, waiting }) {
  const actions = waiting.filter((row) => row.wire.kind === "step").map((row) => row.wire.action);
  const predicted = stateAfter(state.pack, card.kind, card.state, actions);
  const draft = await openDraft(`step:${id}:${one.action}`, {});
  const asksPhotos = one.fields.some((row) => row.name === PHOTOS);
  const needsProof = asksPhotos && (one.evidence || wantsEvidence(state.pack, card.kind, predicted, one.action));
  const proof = needsProof ? (state.pack.types[card.type]?.proof === "photo" ? "photo" : RECORD) : "";
  const cards = [...state.matters.values()].filter((row) => row.id !== card.id);
  const nodes = {};
  const parts = one.fields.map((row) => {
    if (row.name === PHOTOS) {
      nodes[PHOTOS] = photoTaker(draft, "evidence", t("photo.take"), { hint: proof ? PROOFS[proof]() : "" });
    } else {
      nodes[row.name] = stepField(row, state.pack?.fields?.[row.name], draft.values[row.name],
        (value) => { draft.values[row.name] = value; touch(draft); }, { types: state.pack?.types, cards });
    }
    return nodes[row.name];
  });
  const wrong = summaryBox();
  const careful = state.pack?.actions?.[one.action]?.tone === "careful";
  let isSent = false;
  const form = h("form", { id: "step-form", novalidate: true, onsubmit: async (event) => {
    event.preventDefault();
    if (isSent || !check(wrong, missing(one, draft.values, draft.photos, nodes, proof))) return;
    isSent = true;
    try {
      await submit({ card, raise, step: one, draft, predicted, waiting });
    } catch (error) {
      isSent = false;
      wrong.hidden = false;
      wrong.textContent = t("form.not_kept");
      throw error;
    }
    tell(t("step.kept"));
    location.hash = `#/m/${id}`;
  } }, wrong, careful && note("warn", h("p", {}, t("step.careful"))),
  parts.length ? parts : h("p", { class: "hint" }, t("step.nothing_asked")));
  const node = h("div", { class: "stack" },
    h("h1", { tabindex: "-1" }, actionName(one.action), h("small", {}, [typeName(card.type), card.ref].filter(Boolean).join(" "))),
    !card.is_sealed && card.text && h("p", { class: "told told--short" }, card.text), form);
  const bar = h("div", { class: "bar" }, h("button", { class: `button button--${careful ? "danger" : "primary"}`, form: "step-form", type: "submit" },
    icon("check"), h("span", {}, actionName(one.action))));
  return { title: actionName(one.action), node, bar, back: `#/m/${id}`, tab: "today" };
}
