// What went out and what came back: what needs the worker first, then what still waits.

import { button, h, icon, leads, note, tell } from "./dom.js";
import { redraft } from "./drafts.js";
import { doAllTheSame, markRead, owedPhotos, unsent } from "./outbox.js";
import { intentFoot, intentTitle, placeName, stateName } from "./parts.js";
import { isFinal, isOwed, isUnread, subjectOf } from "./rules.js";
import { state } from "./store.js";
import { run } from "./sync.js";
import { moment, say, t } from "./words.js";
import { takeBackButton } from "./view_matter.js";
import { valuesOf } from "./view_raise.js";

const DONE_SHOWN = 20;

const unitWords = (one) => (one.unit ? say(one.unit_name) || one.unit : t("conflict.no_unit"));

/** The same three things twice: as this person knew them, and as the house has them now. */
function sideBySide(intent) {
  const { base } = intent.wire;
  const as = intent.answer.now || {};
  const kind = state.pack?.types?.[intent.about.type]?.kind || "event";
  const unknown = t("conflict.not_known");
  const rows = [
    [t("conflict.state"), base?.state ? stateName(kind, base.state) : unknown, say(as.state_name) || stateName(kind, as.state), base?.state !== null && base?.state !== as.state],
    [t("conflict.unit"), base?.unit === null || base?.unit === undefined ? unknown : unitWords({ unit: base.unit }), unitWords(as), base?.unit !== null && (base?.unit || "") !== (as.unit || "")],
    [t("conflict.place"), base?.place ? placeName(base.place) : unknown, placeName(as.place), Boolean(base?.place) && base.place !== as.place],
  ];
  return h("table", { class: "sides" },
    h("caption", { class: "unseen" }, t("conflict.caption")),
    h("thead", {}, h("tr", {}, h("td", {}), h("th", { scope: "col" }, t("conflict.mine")), h("th", { scope: "col" }, t("conflict.now")))),
    h("tbody", {}, rows.map(([name, mine, theirs, moved]) => h("tr", { class: moved ? "moved" : "" },
      h("th", { scope: "row" }, name, moved && h("span", { class: "tag" }, t("conflict.moved"))), h("td", {}, mine), h("td", {}, theirs)))));
}

function head(intent) {
  return [h("h3", {}, intentTitle(intent)), h("p", { class: "soft" }, t("intent.meant", { at: moment(intent.keptAt) }))];
}

function conflictCard(intent) {
  const again = async () => { await doAllTheSame(intent); tell(t("conflict.again_done")); };
  const leave = async () => { await markRead(intent); tell(t("conflict.left")); };
  return h("li", { class: "answer answer--conflict" }, head(intent),
    h("p", {}, say(intent.answer.say)), sideBySide(intent),
    intent.answer.now?.changed_at && h("p", { class: "hint" }, t("conflict.changed_at", { at: moment(intent.answer.now.changed_at) })),
    say(intent.answer.next) && h("p", { class: "hint" }, say(intent.answer.next)), intentFoot(intent),
    h("div", { class: "pair-keys" },
      button(t("conflict.again"), again, { tone: "primary" }), button(t("conflict.leave"), leave)),
    leads(t("answers.to_matter"), `#/m/${subjectOf(intent, state.intents)}`, { tone: "quiet" }));
}

/** What was refused becomes a draft again, with its pictures, to be put right and sent anew. */
async function raiseAnew(intent) {
  const { draft } = intent.wire;
  await redraft("raise", valuesOf(draft, intent.about), intent);
  location.hash = "#/raise";
}

function refusedCard(intent) {
  const { wire } = intent;
  const words = wire.kind === "raise" ? wire.draft.text : Object.values(wire.fields).filter((one) => typeof one === "string").join(" · ");
  return h("li", { class: "answer answer--refused" }, head(intent),
    note("danger", h("p", {}, h("strong", {}, t("answers.refused"))), h("p", {}, say(intent.answer.say))),
    say(intent.answer.next) && h("p", {}, h("strong", {}, t("answers.next")), " ", say(intent.answer.next)),
    words && h("p", { class: "told told--short" }, words), intentFoot(intent),
    h("p", { class: "hint" }, t("answers.kept_for_office")),
    h("div", { class: "pair-keys" }, wire.kind === "raise" && button(t("answers.anew"), () => raiseAnew(intent), { sign: "redo" }),
      button(t("answers.understood"), () => markRead(intent), { tone: "primary", sign: "check" })),
    wire.kind === "step" && state.matters.has(subjectOf(intent, state.intents))
      && leads(t("answers.to_matter"), `#/m/${subjectOf(intent, state.intents)}`, { tone: "quiet" }));
}

function unsentRow(intent) {
  return h("li", { class: "unsent-row" }, h("strong", {}, intentTitle(intent)),
    h("span", { class: "soft" }, moment(intent.keptAt)),
    intent.about.text && h("p", { class: "told--short" }, intent.about.text), intentFoot(intent),
    intent.waits && h("p", { class: "hint" }, say(intent.waits) || t("answers.waits")), takeBackButton(intent));
}

function doneRow(intent) {
  const owed = intent.photos.filter(isOwed).length;
  const dead = intent.photos.filter((one) => one.dead);
  const at = `#/m/${subjectOf(intent, state.intents)}`;
  const isOpen = state.matters.has(subjectOf(intent, state.intents));
  const words = [icon("ok"), h("span", {}, h("strong", {}, intentTitle(intent)),
    h("span", { class: "soft block" }, h("span", { class: "code" }, intent.answer.ref), " ", moment(intent.answeredAt)))];
  return h("li", { class: "done-row" }, isOpen ? h("a", { href: at }, words) : h("span", {}, words),
    intent.answer.is_beside && h("p", { class: "hint" }, t("answers.beside")),
    owed > 0 && h("p", { class: "hint" }, t("answers.photos_left", { n: owed })),
    dead.length > 0 && h("p", { class: "hint" }, dead[0].why || t("answers.photo_dead")),
    intent.answer.receipt && h("p", { class: "hint" }, t("answers.receipt"), " ", h("span", { class: "code" }, intent.answer.receipt)));
}

/** How the last try went, in words. */
export function syncWords() {
  const { trouble } = run;
  if (run.isBusy) return run.allPhotos ? t("sync.photos", { n: run.sentPhotos, all: run.allPhotos }) : t("sync.busy");
  if (trouble?.kind === "stranger") return t("sync.stranger");
  if (trouble?.kind === "busy") return t("sync.wait", { at: moment(run.nextAt) });
  if (trouble?.kind === "other") return t("sync.other", { why: trouble.detail || trouble.status });
  if (!navigator.onLine || trouble?.kind === "away") return t("sync.away");
  if (!state.sync.lastContactAt) return t("sync.never");
  return t("sync.last", { at: moment(state.sync.lastContactAt) });
}

export function answers() {
  const unread = state.intents.filter(isUnread).sort((a, b) => b.answeredAt - a.answeredAt);
  const waiting = unsent();
  const owed = owedPhotos().length;
  const done = state.intents.filter((one) => isFinal(one) && ["done", "already"].includes(one.answer.verdict))
    .sort((a, b) => b.answeredAt - a.answeredAt).slice(0, DONE_SHOWN);
  const node = h("div", { class: "stack" }, h("h1", { tabindex: "-1" }, t("answers.title")),
    h("p", { class: "soft" }, syncWords()),
    run.trouble?.kind === "stranger" && note("danger", h("p", {}, t("sync.stranger_hint")), leads(t("start.pair"), "/field/pair/")),
    unread.length > 0 && h("section", {}, h("h2", {}, t("answers.needs_you", { n: unread.length })),
      h("ul", { class: "plain" }, unread.map((one) => (one.answer.verdict === "conflict" ? conflictCard(one) : refusedCard(one))))),
    h("section", {}, h("h2", {}, t("answers.unsent", { n: waiting.length })),
      owed > 0 && h("p", { class: "hint" }, t("answers.photos_left", { n: owed })),
      waiting.length ? h("ul", { class: "plain" }, waiting.map(unsentRow)) : h("p", { class: "nothing" }, icon("ok"), t("answers.all_sent"))),
    done.length > 0 && h("section", {}, h("h2", {}, t("answers.done")), h("p", { class: "hint" }, t("answers.done_hint")),
      h("ul", { class: "plain" }, done.map(doneRow))));
  return { title: t("answers.title"), node, tab: "answers", isLive: true };
}

