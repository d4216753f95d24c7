// What follows from what the phone knows. Pure: no clock, no disk, no page; each function says why.

const RANK = { late: 0, red: 1, yellow: 2, blue: 3, none: 4, grey: 5 };
const FINAL = new Set(["done", "already", "refused", "conflict"]);
const METRES_A_DEGREE = 111_320;
const SIMILAR_TEXT = 0.35; // share of two-letter pairs in common that is worth a look
export const FAR_AWAY_MS = 24 * 3600e3;

const past = (at, now) => Boolean(at) && Date.parse(at) <= now;

/** The light of a matter: late, red, yellow, blue, none, or grey while its clock stands still. */
export function lightOf(card, now) {
  if (card.paused_for) return "grey";
  if (past(card.due_at, now)) return "late";
  if (past(card.red_at, now)) return "red";
  if (past(card.yellow_at, now)) return "yellow";
  if (past(card.blue_at, now)) return "blue";
  return "none";
}

/** By light, then by promise, then by age: the same order on every phone. */
export function inOrder(cards, now) {
  const due = (card) => (card.due_at ? Date.parse(card.due_at) : Infinity);
  const rows = cards.map((card) => ({ card, rank: RANK[lightOf(card, now)], due: due(card) }));
  rows.sort((a, b) => a.rank - b.rank || (a.due === b.due ? 0 : a.due - b.due)
    || a.card.received_at.localeCompare(b.card.received_at) || a.card.id.localeCompare(b.card.id));
  return rows.map((row) => row.card);
}

export const isFinal = (intent) => FINAL.has(intent.answer?.verdict);
export const isUnsent = (intent) => !isFinal(intent);
export const isUnread = (intent) => isFinal(intent) && !intent.isRead
  && ["refused", "conflict"].includes(intent.answer.verdict);
/** A picture the house does not have yet and still wants; one it cannot read is no longer sent. */
export const isOwed = (photo) => !photo.attached && !photo.dead;

/** Intentions of one matter that wait, oldest first; a raise of the phone is named by its own id. */
export function waitingOn(intents, matterId) {
  return intents.filter((one) => isUnsent(one) && subjectOf(one, intents) === matterId);
}

/** The matter an intention is about: its number, or the raise it follows while there is none. */
export function subjectOf(intent, intents) {
  if (intent.wire.kind === "raise") return intent.answer?.matter || intent.id;
  if (intent.wire.matter) return intent.wire.matter;
  const raise = intents.find((one) => one.id === intent.wire.of);
  return raise?.answer?.matter || intent.wire.of;
}

const stays = (step) => !step.to || step.to === "=" || step.to === step.from;

export function stepsFrom(pack, kind, from) {
  return (pack?.flows?.[kind]?.steps || []).filter((step) => step.from === from);
}

/** The state after these steps, or null where the rules on the phone do not say. */
export function stateAfter(pack, kind, from, actions) {
  let at = from;
  for (const action of actions) {
    const found = stepsFrom(pack, kind, at).filter((step) => step.action === action);
    const ends = new Set(found.map((step) => (stays(step) ? at : step.to)));
    if (ends.size !== 1) return null;
    [at] = ends;
  }
  return at;
}

export function firstState(pack, kind) {
  const steps = pack?.flows?.[kind]?.steps || [];
  return steps.find((step) => step.action === "raise")?.to || "reported";
}

const mustFill = (step) => (step.needs || []).filter((name) => !name.endsWith("?"));

/** The shortest way of steps that ask for nothing, from a state to one where `action` can be taken. */
export function wayTo(pack, kind, from, action) {
  const ways = [{ at: from, steps: [] }];
  const seen = new Set([from]);
  while (ways.length) {
    const { at, steps } = ways.shift();
    const here = stepsFrom(pack, kind, at);
    const last = here.find((step) => step.action === action);
    if (last) return [...steps, last];
    for (const step of here) {
      if (stays(step) || mustFill(step).length || seen.has(step.to)) continue;
      if (pack.flows[kind].states[step.to]?.kind === "end") continue;
      seen.add(step.to);
      ways.push({ at: step.to, steps: [...steps, step] });
    }
  }
  return null;
}

/** Steps that may come next: as the house said, or after unsent ones as the rules on the phone say. */
export function possibleSteps(card, waiting, pack) {
  const actions = waiting.filter((one) => one.wire.kind === "step").map((one) => one.wire.action);
  if (!actions.length && card.can) return card.can;
  const at = stateAfter(pack, card.kind, card.state, actions);
  if (at === null) return (card.can || []).filter((one) => one.is_fact);
  const told = new Map((card.can || []).map((one) => [one.action, one]));
  const seen = new Set();
  return stepsFrom(pack, card.kind, at)
    .filter((step) => step.action !== "raise" && !seen.has(step.action) && seen.add(step.action))
    .map((step) => told.get(step.action) || asChoice(step, pack));
}

function asChoice(step, pack) {
  const fields = (step.needs || []).map((need) => {
    const name = need.replace(/\?$/, "");
    return { name, required: !need.endsWith("?"), options: pack.fields?.[name]?.choices || [] };
  });
  return { action: step.action, is_fact: Boolean(step.is_fact), evidence: step.evidence, fields };
}

/** Whether a step asks for a picture or a record as its proof. */
export function wantsEvidence(pack, kind, state, action) {
  return stepsFrom(pack, kind, state).some((step) => step.action === action && step.evidence);
}

/** Metres between two points; exact enough for a grid. */
export function metres(a, b) {
  const x = (b.lon - a.lon) * Math.cos(((a.lat + b.lat) / 2) * (Math.PI / 180));
  return Math.hypot(x, b.lat - a.lat) * METRES_A_DEGREE;
}

const hasPoint = (one) => Number.isFinite(one?.lon) && Number.isFinite(one?.lat);

/** Whether a point lies inside rings of [lon, lat]; a ring in a ring is a hole. */
export function isInside(point, rings) {
  let inside = false;
  for (const ring of rings || []) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [ax, ay] = ring[i];
      const [bx, by] = ring[j];
      const crosses = (ay > point.lat) !== (by > point.lat)
        && point.lon < ((bx - ax) * (point.lat - ay)) / (by - ay) + ax;
      if (crosses) inside = !inside;
    }
  }
  return inside;
}

/** The own grid, and the micro-grid in it, that a point lies in. */
export function placeOf(pack, point) {
  for (const grid of pack?.grids || []) {
    if (!isInside(point, grid.outline)) continue;
    const micro = (grid.micro || []).find((one) => isInside(point, one.outline)) || null;
    return { grid, micro };
  }
  return null;
}

function pairs(text) {
  const bare = (text || "").toLowerCase().replace(/[\s\p{P}]/gu, "");
  const found = new Set();
  for (let i = 0; i + 1 < bare.length; i += 1) found.add(bare.slice(i, i + 2));
  return found;
}

/** How alike two texts are, 0 to 1: shared pairs of letters among the shorter one's. */
export function likeness(one, other) {
  const [a, b] = [pairs(one), pairs(other)];
  const least = Math.min(a.size, b.size);
  if (!least) return 0;
  let both = 0;
  for (const pair of a) if (b.has(pair)) both += 1;
  return both / least;
}

/** Open matters that may be the same thing: same type near by, or alike in words in the same place. */
export function similar(draft, cards, pack) {
  const reach = pack?.types?.[draft.type_code]?.reach_m || 0;
  const found = [];
  for (const card of cards) {
    if (card.is_sealed || card.type !== draft.type_code) continue;
    const away = hasPoint(draft) && hasPoint(card) ? metres(draft, card) : null;
    const isNear = away !== null && away <= reach;
    const isAlike = away === null && card.place === draft.grid_code
      && likeness(card.text, draft.text) >= SIMILAR_TEXT;
    if (isNear || isAlike) found.push({ card, away });
  }
  return found.sort((a, b) => (a.away ?? Infinity) - (b.away ?? Infinity)).slice(0, 5);
}

/** Long without a word from the house: "", "day" or "long". */
export function silence(lastContactAt, now, keepDays) {
  if (!lastContactAt) return "";
  const gone = now - lastContactAt;
  if (gone >= (keepDays || 30) * 24 * 3600e3) return "long";
  return gone >= FAR_AWAY_MS ? "day" : "";
}

/** The Monday of the week of a moment, as 2026-03-02: the key of the own burden. */
export function weekOf(ms) {
  const local = new Date(ms + 8 * 3600e3);
  local.setUTCDate(local.getUTCDate() - ((local.getUTCDay() + 6) % 7));
  return local.toISOString().slice(0, 10);
}
