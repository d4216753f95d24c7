// IndexedDB, with promises. Two parts: `plain` holds what is needed before the PIN (salt, wrapped
// key, language); everything else is sealed by vault.js before it comes here.

const NAME = "commongrid-field";
const STORES = ["plain", "facts", "matters", "intents", "files", "drafts"];
export const SEALED = STORES.slice(1);

let opened = null;

function open() {
  opened ||= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      for (const name of STORES) asked.result.createObjectStore(name, { keyPath: "id" });
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => { asked.result.close(); opened = null; };
      resolve(asked.result);
    };
    asked.onerror = () => { opened = null; reject(asked.error); };
  });
  return opened;
}

const settled = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

export async function read(store, id) {
  const base = await open();
  return settled(base.transaction(store).objectStore(store).get(id));
}

export async function readAll(store) {
  const base = await open();
  return settled(base.transaction(store).objectStore(store).getAll());
}

export async function readKeys(store) {
  const base = await open();
  return settled(base.transaction(store).objectStore(store).getAllKeys());
}

/** All of these changes or none: [["put", store, row], ["drop", store, id], ["clear", store]]. */
export async function write(changes) {
  if (!changes.length) return;
  const base = await open();
  const names = [...new Set(changes.map((one) => one[1]))];
  const turn = base.transaction(names, "readwrite", { durability: "strict" });
  const done = new Promise((resolve, reject) => {
    turn.oncomplete = resolve;
    turn.onabort = () => reject(turn.error || new Error("not kept"));
    turn.onerror = () => reject(turn.error);
  });
  for (const [kind, store, what] of changes) {
    const box = turn.objectStore(store);
    if (kind === "put") box.put(what);
    else if (kind === "drop") box.delete(what);
    else box.clear();
  }
  await done;
}

/** The next number of this phone; one turn, so two tabs never share one. */
export async function nextNumber() {
  const base = await open();
  const turn = base.transaction("plain", "readwrite");
  const box = turn.objectStore("plain");
  const row = (await settled(box.get("seq"))) || { id: "seq", n: 0 };
  row.n += 1;
  box.put(row);
  await new Promise((resolve, reject) => { turn.oncomplete = resolve; turn.onabort = reject; });
  return row.n;
}

/** Forget everything this app ever kept, key and all. */
export async function burn() {
  const keep = await read("plain", "look").catch(() => null); // language and text size: nothing of anybody
  await write(STORES.map((name) => ["clear", name]));
  if (keep) await write([["put", "plain", keep]]);
}
