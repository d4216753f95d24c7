// The words of the app: one file a language, kept by the service worker.

export const LANGUAGES = { "zh-hans": "中文", en: "English" };
let words = {};
let tongue = "zh-hans";

export const language = () => tongue;
export const isChinese = () => tongue.startsWith("zh");

export function firstLanguage() {
  const asked = navigator.languages || [navigator.language || ""];
  const fits = asked.map((one) => one.toLowerCase()).find((one) => /^(zh|en)/.test(one));
  return fits?.startsWith("en") ? "en" : "zh-hans";
}

/** Load a language; what was there stays if it cannot be read. */
export async function loadWords(wanted) {
  const answer = await fetch(`/field/words/${wanted}.json`, { credentials: "omit" });
  if (!answer.ok) throw new Error(`words: ${answer.status}`);
  words = await answer.json();
  tongue = wanted;
  document.documentElement.lang = wanted === "zh-hans" ? "zh-Hans" : wanted;
  document.documentElement.dir = "ltr";
}

/** A sentence of the app by its key, with {names} filled in. */
export function t(key, given = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in given ? given[name] : whole));
}

/** A text of the charter: {zh, en}, in the language of the app. */
export function say(text) {
  if (!text) return "";
  if (typeof text === "string") return text;
  return (isChinese() ? text.zh || text.en : text.en || text.zh) || "";
}

const locale = () => (isChinese() ? "zh-CN" : "en-GB");
export const ZONE = "Asia/Shanghai";

/** A date with its hour, as the place reads it. */
export function moment(at) {
  if (!at) return "";
  return new Intl.DateTimeFormat(locale(), {
    month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: ZONE,
  }).format(new Date(at));
}

export function day(at) {
  return new Intl.DateTimeFormat(locale(), {
    month: "short", day: "numeric", weekday: "short", timeZone: ZONE,
  }).format(new Date(at));
}

const dayOf = (ms) => Math.floor((ms + 8 * 3600e3) / 86400e3); // the place's days begin at +08:00

/** How far off a moment is, in words: today 17:00, in 3 days, 2 days late. */
export function promise(dueAt, now) {
  if (!dueAt) return t("due.none");
  const due = Date.parse(dueAt);
  const hours = (due - now) / 3600e3;
  const days = dayOf(due) - dayOf(now);
  const clock = new Intl.DateTimeFormat(locale(), {
    hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: ZONE,
  }).format(due);
  if (hours < 0) {
    const late = -hours;
    return late < 24 ? t("due.late_hours", { n: Math.max(1, Math.round(late)) })
      : t("due.late_days", { n: Math.round(late / 24) });
  }
  if (days === 0) return t("due.today", { clock });
  if (days === 1) return t("due.tomorrow", { clock });
  return t("due.days", { n: days, day: day(dueAt) });
}
