// Raising a matter, for oneself or for a resident, entered once and kept before the page says so.

import { button, empty, h, icon, leads, note, tell } from "./dom.js";
import { closing, dropDraft, flush, minutesOf, openDraft, touch } from "./drafts.js";
import { check, choice, lineInput, summaryBox, textInput, tick } from "./fields.js";
import { photoTaker, voiceTaker } from "./media.js";
import { fileId, keep, newRaise } from "./outbox.js";
import { lightTag, typeName } from "./parts.js";
import { similar } from "./rules.js";
import { state } from "./store.js";
import { typePicker } from "./typepick.js";
import { isSomewhere, NOWHERE, wherePicker, whereWords, wireWhere } from "./where.js";
import { language, say, t } from "./words.js";

const FIRST = { type: "", text: "", where: NOWHERE, answers: {}, isProxy: false, proxyNote: "",
  isShareable: false, contact: { name: "", phone: "", email: "" } };
const RECENT_KEPT = 8;

/** What a draft is on the wire. */
export function wireDraft(values) {
  const { kind } = state.pack.types[values.type];
  const asked = new Set((state.pack.types[values.type].questions || []).map((one) => one.key));
  const answers = Object.fromEntries(Object.entries(values.answers).filter(([key, one]) => asked.has(key) && one !== ""));
  const isProxy = values.isProxy && kind !== "";
  return {
    type_code: values.type, text: values.text.trim(), ...wireWhere(values.where), answers, cases: [],
    is_shareable: values.isShareable && !state.pack.types[values.type].is_sealed,
    channel: isProxy ? "proxy" : "grid_worker", proxy_note: isProxy ? values.proxyNote.trim() : "",
    language: language(), contact: isProxy ? values.contact : { name: "", phone: "", email: "" },
  };
}

/** The values of the form that a draft on the wire was made of. */
export function valuesOf(draft, about) {
  const { lon, lat, grid_code, community_code, address } = draft;
  const how = Number.isFinite(lon) ? "tap" : "part";
  return { ...FIRST, type: draft.type_code, text: draft.text, answers: draft.answers, isProxy: draft.channel === "proxy",
    proxyNote: draft.proxy_note, isShareable: draft.is_shareable, contact: draft.contact,
    where: { ...NOWHERE, how, grid_code, community_code, lon, lat, address, label: about.place } };
}

export const aboutOf = (values) => ({ type: values.type, ref: "", text: values.text.trim(), place: whereWords(values.where) });

/** What this phone remembers for the next time: the place and the types used lately. */
export function habitsAfter(values) {
  const types = [values.type, ...state.habits.types.filter((one) => one !== values.type)].slice(0, RECENT_KEPT);
  const { how, ...place } = values.where;
  return { place: { ...place, address: values.where.address }, types };
}

export function questionsPart(values, draft) {
  const rows = state.pack?.types?.[values.type]?.questions || [];
  const nodes = rows.map((one) => {
    const set = (value) => { values.answers[one.key] = value; touch(draft); };
    const more = { hint: say(one.hint), isOptional: !one.required };
    const now = values.answers[one.key] ?? "";
    if (one.kind === "yes_no") return choice(say(one.label), [["yes", t("form.yes")], ["no", t("form.no")]], now, set, more);
    if (one.kind === "choice") return choice(say(one.label), one.choices.map(([key, words]) => [key, say(words)]), now, set, more);
    if (one.kind === "number") return lineInput(say(one.label), now, set, { ...more, mode: "decimal", most: 12 });
    return lineInput(say(one.label), now, set, { ...more, most: 300 });
  });
  return { nodes, wrong: () => rows.map((one, at) => [nodes[at],
    one.required && !values.answers[one.key] ? t("form.needs", { field: say(one.label) }) : ""]) };
}

function proxyPart(values, draft, nodes) {
  const body = h("div", {});
  const set = (key) => (words) => { values[key] = words; touch(draft); };
  const contact = (key) => (words) => { values.contact[key] = words; touch(draft); };
  const draw = () => {
    empty(body);
    if (!values.isProxy) return;
    nodes.proxy = textInput(t("proxy.note"), values.proxyNote, set("proxyNote"), { hint: t("proxy.note_hint"), most: 500, rows: 2 });
    body.append(nodes.proxy, h("p", { class: "hint" }, t("proxy.contact_hint")),
      lineInput(t("proxy.name"), values.contact.name, contact("name"), { isOptional: true, most: 60 }),
      lineInput(t("proxy.phone"), values.contact.phone, contact("phone"), { isOptional: true, most: 30, type: "tel" }));
  };
  draw();
  return h("div", { class: "field" }, tick(t("proxy.title"), values.isProxy,
    (is) => { values.isProxy = is; touch(draft); draw(); }, { hint: t("proxy.hint") }), body);
}

/** Open matters near by that may be the same: seen without signal, and never in the way. */
function similarPart() {
  const node = h("div", { "aria-live": "polite" });
  const draw = (values) => {
    if (!values.type) { empty(node); return; }
    const { where } = values;
    const found = similar({ type_code: values.type, text: values.text, lon: where.lon, lat: where.lat, grid_code: where.grid_code },
      [...state.matters.values()], state.pack);
    empty(node);
    if (!found.length) return;
    node.append(note("info", h("p", {}, h("strong", {}, t("similar.title"))), h("ul", { class: "cards" },
      found.map(({ card, away }) => h("li", {}, h("a", { class: "item", href: `#/m/${card.id}` },
        h("span", { class: "item-head" }, h("strong", {}, typeName(card.type)), lightTag(card)),
        h("span", { class: "item-words" }, card.text),
        h("span", { class: "item-foot" }, away !== null && h("span", {}, t("similar.away", { n: Math.round(away) })),
          h("span", { class: "code" }, card.ref)), h("span", { class: "item-go" }, t("similar.go"))))))));
  };
  return { node, draw };
}

function emergency(values) {
  const one = state.pack?.types?.[values.type];
  if (one?.kind !== "emergency") return null;
  return note("danger", h("p", {}, h("strong", {}, t("raise.emergency"))), h("div", { class: "cluster" },
    ["110", "119", "120"].map((number) => h("a", { class: "button", href: `tel:${number}` }, icon("phone"), h("span", {}, number)))));
}

export async function raise({ mode }) {
  const isService = mode === "service";
  const draft = await openDraft("raise", { ...FIRST, isProxy: isService });
  const { values } = draft;
  const nodes = {};
  let questions = { nodes: [], wrong: () => [] };
  const asked = h("div", {});
  const near = similarPart();
  const wrong = summaryBox();
  const picked = () => {
    questions = questionsPart(values, draft);
    asked.replaceChildren(...[emergency(values), state.pack.types[values.type]?.is_sealed && note("warn", h("p", {}, t("raise.sealed"))),
      ...questions.nodes].filter(Boolean));
    near.draw(values);
  };
  nodes.type = typePicker(values.type, (code) => { values.type = code; touch(draft); picked(); }, { kindFirst: isService ? "service" : "" });
  nodes.text = textInput(t("raise.words"), values.text, (words) => { values.text = words; touch(draft); near.draw(values); }, { hint: t("raise.words_hint"), most: 2000 });
  nodes.where = wherePicker(values.where, (where) => { values.where = where; touch(draft); near.draw(values); });
  if (values.type) picked();
  const form = h("form", { id: "raise-form", novalidate: true }, wrong,
    draft.isKept && note("info", h("p", {}, t("form.kept_draft")), button(t("form.anew"), async () => { await dropDraft(draft); restart(); })),
    photoTaker(draft, "report", t("photo.take")), voiceTaker(draft, "report"),
    nodes.type, nodes.text, nodes.where, near.node, asked, proxyPart(values, draft, nodes),
    h("div", { class: "field" }, tick(t("raise.share"), values.isShareable, (is) => { values.isShareable = is; touch(draft); }, { hint: t("raise.share_hint") })));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const rows = [[nodes.type, values.type ? "" : t("raise.needs_type")],
      [nodes.text, values.text.trim() || draft.photos.some((one) => one.kind === "voice") ? "" : t("raise.needs_words")],
      [nodes.where, isSomewhere(values.where) ? "" : t("raise.needs_where")], ...questions.wrong(),
      ...(values.isProxy ? [[nodes.proxy, values.proxyNote.trim() ? "" : t("raise.needs_consent")]] : [])];
    if (check(wrong, rows)) finish(draft, wrong);
  });
  const node = h("div", { class: "stack" }, h("h1", { tabindex: "-1" }, isService ? t("raise.service_title") : t("raise.title")),
    !isService && h("p", {}, leads(t("raise.to_service"), "#/raise/service", { tone: "quiet", sign: "hand" })), form);
  const bar = h("div", { class: "bar" }, h("button", { class: "button button--primary", type: "submit", form: "raise-form" },
    icon("check"), h("span", {}, t("raise.save"))));
  return { title: t("raise.title"), node, bar, back: "#/today", tab: "today" };
}

const restart = () => dispatchEvent(new HashChangeEvent("hashchange"));

async function finish(draft, wrong) {
  if (draft.isClosed) return;
  const { values } = draft;
  try {
    const intent = await newRaise(wireDraft(values), draft.photos, aboutOf(values), minutesOf(draft));
    const files = draft.photos.map((one) => [fileId(intent.id, one.sha), one.content]);
    const filled = [values.type, values.text, values.where.how, values.proxyNote, values.contact.name, values.contact.phone,
      ...Object.values(values.answers)].filter(Boolean).length;
    await keep([intent], { files, ...closing(draft), filled, habits: habitsAfter(values) });
    tell(t("raise.kept"));
    location.hash = `#/kept/${intent.id}`;
  } catch (error) {
    draft.isClosed = false;
    wrong.hidden = false;
    wrong.textContent = t("form.not_kept");
    throw error;
  }
}

/** After saving: the next one at the same place, or back. */
export function kept({ id }) {
  const intent = state.intents.find((one) => one.id === id);
  const node = h("div", { class: "stack" }, h("h1", { tabindex: "-1" }, icon("ok"), " ", t("raise.kept")),
    h("p", {}, t("raise.kept_hint")),
    intent && h("p", { class: "told told--short" }, [typeName(intent.about.type), intent.about.text].filter(Boolean).join(": ")));
  const again = async () => {
    await dropDraft(await openDraft("raise", FIRST));
    const draft = await openDraft("raise", { ...FIRST, where: { ...NOWHERE, ...state.habits.place, how: "last" } });
    await flush(draft);
    location.hash = "#/raise";
  };
  const bar = h("div", { class: "bar" }, button(t("raise.another"), again, { sign: "plus" }),
    leads(t("nav.today"), "#/today", { tone: "primary", sign: "today" }));
  return { title: t("raise.kept"), node, bar, back: "#/today", tab: "today" };
}
