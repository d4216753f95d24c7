// The PIN and what it guards. A random data key seals every record (AES-GCM). It is kept wrapped
// twice: by a device key that the browser never gives out, and around that by a key made of the PIN.
// So neither a copied disk nor the phone without the PIN is enough.

import { burn, read, write } from "./disk.js";

export const ROUNDS = 310_000;
export const PIN_SHAPE = /^\d{6,12}$/;
const FREE_TRIES = 3;
const FIRST_DELAY_MS = 15_000;
const LONGEST_DELAY_MS = 24 * 3_600_000;

let dataKey = null;
let locks = 0;
const subtle = () => globalThis.crypto?.subtle;
const random = (n) => crypto.getRandomValues(new Uint8Array(n));

/** Whether this browser can keep a secret at all: not over plain http. */
export const canKeep = () => Boolean(subtle() && globalThis.indexedDB);
export const isOpen = () => dataKey !== null;
export const lock = () => { dataKey = null; locks += 1; };

/** What was begun while the phone was open and finds it locked. It ends; there is nobody to tell. */
export class Locked extends Error {}

/** Taken at a beginning and called later: fails when the phone was locked in between. */
export function opening() {
  const then = locks;
  return () => { if (!dataKey || locks !== then) throw new Locked("locked"); };
}
export const hasVault = async () => Boolean(await read("plain", "vault"));

async function keyOfPin(pin, salt, rounds) {
  const raw = await subtle().importKey("raw", text.encode(pin), "PBKDF2", false, ["deriveKey"]);
  return subtle().deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, raw,
    { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"],
  );
}

const text = new TextEncoder();

/** `name` is bound to the box: a box put in another's place does not open. */
async function closeBox(key, bytes, name = "") {
  const iv = random(12);
  const how = { name: "AES-GCM", iv, additionalData: text.encode(name) };
  return { iv, box: await subtle().encrypt(how, key, bytes) };
}

function openBox(key, { iv, box }, name = "") {
  return subtle().decrypt({ name: "AES-GCM", iv, additionalData: text.encode(name) }, key, box);
}

const asDataKey = (raw) => subtle().importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

async function wrapped(raw, pin, device) {
  const salt = random(16);
  const inner = await closeBox(device, raw);
  const both = new Uint8Array(12 + inner.box.byteLength);
  both.set(inner.iv);
  both.set(new Uint8Array(inner.box), 12);
  const outer = await closeBox(await keyOfPin(pin, salt, ROUNDS), both);
  return { id: "vault", salt, rounds: ROUNDS, ...outer };
}

async function unwrapped(pin) {
  const [vault, device] = await Promise.all([read("plain", "vault"), read("plain", "device")]);
  const both = new Uint8Array(await openBox(await keyOfPin(pin, vault.salt, vault.rounds), vault));
  return openBox(device.key, { iv: both.slice(0, 12), box: both.slice(12) });
}

/** Begin anew with this PIN: whatever was kept before is gone. */
export async function found(pin) {
  await burn();
  const device = await subtle().generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const raw = random(32);
  await write([
    ["put", "plain", { id: "device", key: device }],
    ["put", "plain", await wrapped(raw, pin, device)],
  ]);
  dataKey = await asDataKey(raw);
  raw.fill(0);
}

/** How long, in ms, until the PIN may be tried again; wrong ones double it, over reloads too. */
export async function delayLeft(now = Date.now()) {
  const tries = await read("plain", "tries");
  return Math.max(0, (tries?.until || 0) - now);
}

/** The wait after this many wrong PINs in a row. */
export function delayAfter(count) {
  if (count < FREE_TRIES) return 0;
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (count - FREE_TRIES));
}

/** Try a PIN: true, or false for a wrong one. Counted before it is tried: closing the page is no way round. */
export async function unlock(pin, now = Date.now()) {
  if (await delayLeft(now)) return false;
  const count = ((await read("plain", "tries"))?.count || 0) + 1;
  await write([["put", "plain", { id: "tries", count, until: now + delayAfter(count) }]]);
  let raw;
  try {
    raw = await unwrapped(pin);
  } catch {
    return false;
  }
  dataKey = await asDataKey(raw);
  await write([["drop", "plain", "tries"]]);
  return true;
}

/** Put another PIN around the same key; the old one has to be right. */
export async function changePin(old, pin) {
  if (!(await unlock(old))) return false;
  const device = await read("plain", "device");
  await write([["put", "plain", await wrapped(await unwrapped(old), pin, device.key)]]);
  return true;
}

/** A record as it may lie on the disk: nothing readable but its id. */
export async function seal(id, value) {
  if (!dataKey) throw new Locked("locked");
  const bytes = value instanceof ArrayBuffer ? value : text.encode(JSON.stringify(value));
  const { iv, box } = await closeBox(dataKey, bytes, id);
  return { id, iv, box, isBytes: value instanceof ArrayBuffer };
}

export async function unseal(row) {
  if (!dataKey) throw new Locked("locked");
  const bytes = await openBox(dataKey, row, row.id);
  return row.isBytes ? bytes : JSON.parse(new TextDecoder().decode(bytes));
}
