// The way out for what is unsent: one file, sealed for the office, that any desk can take in.

import { fileId, unsent, owedPhotos } from "./outbox.js";
import { isOwed } from "./rules.js";
import { readFile, state } from "./store.js";

const BLOCK = 0x8000;

function base64(bytes) {
  const all = new Uint8Array(bytes);
  let text = "";
  for (let at = 0; at < all.length; at += BLOCK) text += String.fromCharCode(...all.subarray(at, at + BLOCK));
  return btoa(text);
}

const bytesOf = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));

async function inside() {
  const files = [];
  for (const { one, photo } of owedPhotos().filter((row) => isOwed(row.photo))) {
    const content = await readFile(fileId(one.id, photo.sha));
    if (content) {
      files.push({ sha: photo.sha, command: one.id, kind: photo.kind, stage: photo.stage, content: base64(content) });
    }
  }
  return { token: state.token, phone_at: new Date().toISOString(), commands: unsent().map((one) => one.wire), files };
}

/** The file as text, and its name. Nothing is dropped from the phone by this. */
export async function rescueFile() {
  const spki = bytesOf(state.sync.officeKey);
  const office = await crypto.subtle.importKey("spki", spki, { name: "RSA-OAEP", hash: "SHA-256" }, false, ["encrypt"]);
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const words = new TextEncoder().encode(JSON.stringify(await inside()));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, words);
  const wrapped = await crypto.subtle.encrypt({ name: "RSA-OAEP" }, office, raw);
  raw.fill(0);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", spki));
  const text = JSON.stringify({
    v: 1, for: [...digest].map((one) => one.toString(16).padStart(2, "0")).join(""),
    key: base64(wrapped), iv: base64(iv), sealed: base64(sealed),
  });
  return { name: `commongrid-unsent-${new Date().toISOString().slice(0, 10)}.cgx`, text };
}

/** Give the file to the person: saved, or shared by the phone's own means. */
export async function giveRescueFile() {
  const { name, text } = await rescueFile();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
