// Taking pictures and a voice note into a draft.

import { addPhoto, dropPhoto } from "./drafts.js";
import { button, fresh, h, icon, tell } from "./dom.js";
import { PHOTOS_MOST, smallPhoto } from "./photos.js";
import { canRecord, play, record, VOICE_S } from "./voice.js";
import { t } from "./words.js";

function thumb(draft, photo, at, redraw) {
  const picture = h("img", { alt: t("photo.number", { n: at + 1 }) });
  picture.src = URL.createObjectURL(new Blob([photo.content], { type: "image/jpeg" }));
  picture.onload = () => URL.revokeObjectURL(picture.src);
  return h("li", { class: "thumb" }, picture,
    h("button", { type: "button", class: "thumb-drop", "aria-label": t("photo.drop", { n: at + 1 }),
      onclick: async () => { await dropPhoto(draft, photo); redraw(); } }, icon("cross")));
}

/** Pictures of one stage: a button that opens the camera, and what was taken. */
export function photoTaker(draft, stage, label, { most = PHOTOS_MOST, hint = "" } = {}) {
  const id = fresh("photo");
  const list = h("ul", { class: "thumbs" });
  const wrong = h("p", { class: "field-error", role: "alert", hidden: true });
  const input = h("input", { id, type: "file", accept: "image/*", capture: "environment", class: "unseen",
    onchange: async () => { await take([...input.files]); input.value = ""; } });
  const press = h("label", { class: "button shutter", for: id }, icon("camera"), h("span", {}, label));
  const mine = () => draft.photos.filter((one) => one.kind === "photo" && one.stage === stage);

  async function take(files) {
    wrong.hidden = true;
    for (const file of files.slice(0, most - mine().length)) {
      try {
        await addPhoto(draft, await smallPhoto(file, stage));
        tell(t("photo.kept"));
      } catch {
        wrong.textContent = t("photo.unreadable");
        wrong.hidden = false;
      }
    }
    redraw();
  }

  function redraw() {
    list.replaceChildren(...mine().map((photo, at) => thumb(draft, photo, at, redraw)));
    list.hidden = !mine().length;
    press.hidden = input.disabled = mine().length >= most;
  }
  redraw();
  const node = h("div", { class: "field taker" }, input, press, hint && h("p", { class: "hint" }, hint), wrong, list);
  node.complain = (words) => { wrong.textContent = words || ""; wrong.hidden = !words; };
  return node;
}

/** A voice note of up to a minute; nothing at all where the phone cannot record. */
export function voiceTaker(draft, stage) {
  if (!canRecord()) return null;
  const node = h("div", { class: "field voice" });
  let running = null;

  async function begin() {
    try {
      running = await record(stage);
    } catch {
      node.append(h("p", { class: "field-error", role: "alert" }, t("voice.refused")));
      return;
    }
    redraw();
    const note = await running.done;
    running = null;
    if (note) await addPhoto(draft, note);
    redraw();
  }

  function redraw() {
    const kept = draft.photos.find((one) => one.kind === "voice");
    if (running) {
      node.replaceChildren(button(t("voice.stop"), () => running?.stop(), { tone: "danger", sign: "pause", class: "button--wide" }),
        h("p", { class: "hint", role: "status" }, t("voice.running", { n: VOICE_S })));
    } else if (kept) {
      node.replaceChildren(h("div", { class: "cluster" },
        button(t("voice.play"), () => play(kept.content), { sign: "forward" }),
        button(t("voice.drop"), async () => { await dropPhoto(draft, kept); redraw(); }, { sign: "cross" })));
    } else {
      node.replaceChildren(button(t("voice.begin"), begin, { sign: "mic", class: "button--wide" }));
    }
  }
  redraw();
  return node;
}
