// Contact data: only with a purpose, only from the house, and gone after eight hours.

import { readKeys } from "./disk.js";
import { button, h, icon } from "./dom.js";
import { lineInput } from "./fields.js";
import { readDraft, save, state } from "./store.js";
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
      const { name, phone, email, erase_after_s: restS } = given;
      const contact = { name, phone, email, until: Date.now() + Math.min(KEPT_MS, (restS || Infinity) * 1000) };
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

/** Erase what is over: contact data after its time, and with half-filled forms when a matter has gone. */
export async function eraseLeftovers(isStillHere) {
  const keys = (await readKeys("drafts")).map(String);
  const lost = [];
  for (const key of keys) {
    const [kind, id] = key.split(":");
    if (!["contact", "step"].includes(kind)) continue;
    const kept = kind === "contact" ? await readDraft(key) : null;
    if (!isStillHere(id) || (kind === "contact" && !(kept?.until > Date.now()))) lost.push(key);
  }
  if (!lost.length) return;
  const files = (await readKeys("files")).map(String).filter((file) => lost.some((key) => file.startsWith(`draft:${key}/`)));
  await save({ lostDrafts: lost, lostFiles: files });
}
