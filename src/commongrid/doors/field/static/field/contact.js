// Contact data: only with a purpose, only from the house, and gone after eight hours.

import { button, h, icon } from "./dom.js";
import { lineInput } from "./fields.js";
import { save, state, readDraft } from "./store.js";
import { moment, t } from "./words.js";
import { askJson } from "./wire.js";

const KEPT_MS = 8 * 3600e3;
const nameOf = (id) => `contact:${id}`;

function shown(contact) {
  const rows = [
    contact.name && h("p", { class: "place-line" }, icon("person"), h("span", {}, contact.name)),
    contact.phone && h("p", {}, h("a", { class: "button button--wide", href: `tel:${contact.phone.replace(/[^\d+]/g, "")}` },
      icon("phone"), h("span", {}, contact.phone))),
    contact.email && h("p", {}, contact.email),
    h("p", { class: "hint" }, t("contact.until", { at: moment(contact.until) })),
  ];
  return rows;
}

/** The part of a matter's page; it asks for the purpose, and shows what the house gives. */
export function contactPart(card) {
  const body = h("div", {});
  let purpose = "";
  const problem = h("p", { class: "field-error", role: "alert" });

  async function open() {
    problem.textContent = "";
    if (!purpose.trim()) { problem.textContent = t("contact.purpose_missing"); return; }
    try {
      const given = await askJson(state.token, `/field/contact/${card.id}/`, { id: crypto.randomUUID(), purpose: purpose.trim() });
      const contact = { ...(given.contact || given), until: Date.now() + KEPT_MS };
      await save({ drafts: [[nameOf(card.id), contact]] });
      body.replaceChildren(...shown(contact).filter(Boolean));
    } catch (error) {
      problem.textContent = error.kind === "away" ? t("contact.away") : error.detail || t("contact.refused");
    }
  }

  const form = () => body.replaceChildren(
    h("p", { class: "hint" }, t("contact.hint")),
    lineInput(t("contact.purpose"), "", (words) => { purpose = words; }, { most: 300 }), problem,
    button(t("contact.open"), open, { sign: "lock", class: "button--wide" }));

  form();
  readDraft(nameOf(card.id)).then((kept) => {
    if (kept && kept.until > Date.now()) body.replaceChildren(...shown(kept).filter(Boolean));
    else if (kept) save({ lostDrafts: [nameOf(card.id)] });
  });
  return h("section", {}, h("h2", {}, t("contact.title")), body);
}

/** Erase what is over: called at unlocking and when the house says that a matter is gone. */
export async function eraseContacts(keys, isStillOpen) {
  const lost = [];
  for (const key of keys.filter((one) => String(one).startsWith("contact:"))) {
    const kept = await readDraft(key);
    if (!kept || kept.until <= Date.now() || !isStillOpen(key.slice(8))) lost.push(key);
  }
  if (lost.length) await save({ lostDrafts: lost });
}

