// How the phone asks the house: one place for the token, the language, and what a refusal means.

import { language } from "./words.js";

const PATIENCE_MS = 60_000;

export class Trouble extends Error {
  /** kind: away (no connection), busy (429, 503), stranger (401), revoked (403), other. */
  constructor(kind, { waitS = 0, detail = "", status = 0, rule = "" } = {}) {
    super(detail || kind);
    Object.assign(this, { kind, waitS, detail, status, rule });
  }
}

const KINDS = { 401: "stranger", 429: "busy", 502: "busy", 503: "busy", 504: "busy" };

async function problemOf(answer) {
  const said = await answer.json().catch(() => ({}));
  const waitS = Number(answer.headers.get("Retry-After")) || 0;
  const isRevoked = answer.status === 403 && said.rule === "field.revoked";
  const kind = isRevoked ? "revoked" : KINDS[answer.status] || "other";
  return new Trouble(kind, { waitS, detail: said.detail || "", status: answer.status, rule: said.rule || "" });
}

/** Ask the house; gives the answer, or throws Trouble. `may` are statuses the caller reads itself. */
export async function ask(token, path, { method = "GET", body, headers = {}, may = [] } = {}) {
  let answer;
  try {
    answer = await fetch(path, {
      method, body, credentials: "omit", cache: "no-store",
      headers: { Authorization: `Bearer ${token}`, "Accept-Language": language(), ...headers },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw new Trouble("away");
  }
  if (answer.ok || may.includes(answer.status)) return answer;
  throw await problemOf(answer);
}

export async function askJson(token, path, sent) {
  const how = sent === undefined ? {} : {
    method: "POST", body: JSON.stringify(sent), headers: { "Content-Type": "application/json" },
  };
  const answer = await ask(token, path, how);
  try {
    return await answer.json();
  } catch {
    throw new Trouble("away"); // cut off in the middle: as good as no answer
  }
}
