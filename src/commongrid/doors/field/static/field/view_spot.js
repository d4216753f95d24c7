// Solved on the spot: the first duty of a grid worker, on one screen. It becomes a raise and the
// steps from there to `solve_here`, as the flow of the place has them.

import { button, h, icon, note, tell } from "./dom.js";
import { closing, dropDraft, minutesOf, openDraft, touch } from "./drafts.js";
import { check, summaryBox, textInput } from "./fields.js";
import { photoTaker } from "./media.js";
import { fileId, keep, newRaise, newStep } from "./outbox.js";
import { firstState, wayTo } from "./rules.js";
import { state } from "./store.js";
import { typePicker } from "./typepick.js";
import { aboutOf, habitsAfter, questionsPart, wireDraft } from "./view_raise.js";
import { isSomewhere, NOWHERE, wherePicker } from "./where.js";
import { t } from "./words.js";

export const SOLVE = "solve_here";
const FIRST = { type: "", text: "", feedback: "", where: NOWHERE, answers: {}, isProxy: false, proxyNote: "",
  isShareable: false, contact: { name: "", phone: "", email: "" } };
const SHORT_PHOTOS = 3;

/** A type that may be solved on the spot, and whose flow leads there from its raise. */
export function maySolve(type) {
  return Boolean(type.on_list) && Boolean(wayTo(state.pack, type.kind, firstState(state.pack, type.kind), SOLVE));
}

const namesOf = (step) => (step.needs || []).map((one) => one.replace(/\?$/, ""));

/** The raise and the steps to the end, in order, each after the one before. */
export async function chain(values, photos, minutes) {
  const { kind } = state.pack.types[values.type];
  const first = firstState(state.pack, kind);
  const about = aboutOf(values);
  const raise = await newRaise(wireDraft(values), photos.filter((one) => one.stage === "before"), about, minutes);
  const made = [raise];
  let at = first;
  for (const step of wayTo(state.pack, kind, first, SOLVE)) {
    const isLast = step.action === SOLVE;
    const fields = isLast && namesOf(step).includes("feedback") ? { feedback: values.feedback.trim() } : {};
    made.push(await newStep({
      subject: raise.id, raise: raise.id, action: step.action, fields, about, before: made,
      base: { version: null, state: at, unit: null, place: null },
      photos: isLast ? photos.filter((one) => one.stage === "after") : [],
    }));
    at = step.to && step.to !== "=" ? step.to : at;
  }
  return made;
}

function filesOf(made, photos) {
  const content = new Map(photos.map((one) => [one.sha, one.content]));
  return made.flatMap((one) => one.photos.map((photo) => [fileId(one.id, photo.sha), content.get(photo.sha)]));
}

export async function spot() {
  const draft = await openDraft("spot", FIRST);
  const { values } = draft;
  const nodes = {};
  let questions = { nodes: [], wrong: () => [] };
  const asked = h("div", {});
  const picked = () => { questions = questionsPart(values, draft); asked.replaceChildren(...questions.nodes); };
  const set = (key) => (value) => { values[key] = value; touch(draft); };
  nodes.type = typePicker(values.type, (code) => { set("type")(code); picked(); }, { may: maySolve });
  nodes.text = textInput(t("spot.what"), values.text, set("text"), { most: 2000, rows: 2 });
  nodes.feedback = textInput(t("spot.done"), values.feedback, set("feedback"), { hint: t("spot.done_hint"), most: 1000, rows: 2 });
  nodes.where = wherePicker(values.where, set("where"));
  nodes.after = photoTaker(draft, "after", t("spot.after"), { most: SHORT_PHOTOS });
  if (values.type) picked();
  const wrong = summaryBox();
  const form = h("form", { id: "spot-form", novalidate: true }, wrong,
    draft.isKept && note("info", h("p", {}, t("form.kept_draft")),
      button(t("form.anew"), async () => { await dropDraft(draft); dispatchEvent(new HashChangeEvent("hashchange")); })),
    nodes.type, asked,
    h("div", { class: "pair" }, photoTaker(draft, "before", t("spot.before"), { most: SHORT_PHOTOS }), nodes.after),
    nodes.text, nodes.feedback, nodes.where);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const hasAfter = draft.photos.some((one) => one.stage === "after");
    const rows = [[nodes.type, values.type ? "" : t("raise.needs_type")], ...questions.wrong(),
      [nodes.after, hasAfter ? "" : t("spot.needs_after")],
      [nodes.text, values.text.trim() ? "" : t("raise.needs_words")],
      [nodes.feedback, values.feedback.trim() ? "" : t("spot.needs_done")],
      [nodes.where, isSomewhere(values.where) ? "" : t("raise.needs_where")]];
    if (!check(wrong, rows) || draft.isClosed) return;
    const photos = [...draft.photos];
    try {
      const done = closing(draft);
      const made = await chain(values, photos, minutesOf(draft));
      const filled = 4 + Object.values(values.answers).filter(Boolean).length;
      await keep(made, { files: filesOf(made, photos), ...done, filled, habits: habitsAfter(values) });
      tell(t("raise.kept"));
      location.hash = `#/kept/${made[0].id}`;
    } catch (error) {
      draft.isClosed = false;
      wrong.hidden = false;
      wrong.textContent = t("form.not_kept");
      throw error;
    }
  });
  const node = h("div", { class: "stack" }, h("h1", { tabindex: "-1" }, t("spot.title")), h("p", { class: "soft" }, t("spot.hint")), form);
  const bar = h("div", { class: "bar" }, h("button", { class: "button button--primary", type: "submit", form: "spot-form" },
    icon("check"), h("span", {}, t("spot.save"))));
  return { title: t("spot.title"), node, bar, back: "#/today", tab: "today" };
}
