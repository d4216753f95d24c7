// The desk with scripts: keys, live lines, ticking. Nothing here is needed to use a page.
"use strict";

for (const element of document.querySelectorAll("[data-needs-script]")) element.hidden = false;

// --- lines of the list -----------------------------------------------------------------------
const body = document.getElementById("rows");
const bulk = document.getElementById("bulk");
const lines = () => (body ? [...body.rows] : []);
let here = -1;

function goTo(index) {
  const all = lines();
  if (!all.length) return;
  here = Math.max(0, Math.min(index, all.length - 1));
  for (const line of all) line.removeAttribute("data-here");
  all[here].setAttribute("data-here", "");
  all[here].querySelector(".what a").focus();
}

function lineNow() {
  const focused = document.activeElement && document.activeElement.closest("#rows tr");
  return focused || lines()[here] || null;
}

function indexNow() {
  const line = lineNow();
  return line ? lines().indexOf(line) : -1;
}

// --- keys ------------------------------------------------------------------------------------
const keys = {
  j: () => goTo(indexNow() + 1),
  k: () => goTo(indexNow() - 1),
  x: () => {
    const box = lineNow() && lineNow().querySelector("[name=m]");
    if (box) box.click();
  },
  o: () => {
    if (!bulk) return;
    if (!bulk.querySelector("[name=m]:checked") && lineNow()) keys.x();
    if (bulk.querySelector("[name=m]:checked")) bulk.requestSubmit();
  },
  r: () => showFresh(),
  "/": () => {
    const search = document.getElementById("q");
    if (search) search.select();
  },
  "?": () => {
    const dialog = document.getElementById("keys");
    if (dialog && !dialog.open) dialog.showModal();
  },
};

document.addEventListener("keydown", (event) => {
  if (!body && event.key !== "?") return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("textarea, select, dialog, input:not([type=checkbox])")) return;
  const does = keys[event.key];
  if (!does) return;
  event.preventDefault();
  does();
});

// --- ticking ---------------------------------------------------------------------------------
const all = document.getElementById("all");
const ticked = document.getElementById("ticked");

function countTicks() {
  if (!ticked || !body) return;
  const number = body.querySelectorAll("[name=m]:checked").length;
  ticked.textContent = number ? ticked.dataset.said.replace("{n}", number) : "";
}

if (all) {
  all.addEventListener("change", () => {
    for (const box of body.querySelectorAll("[name=m]")) box.checked = all.checked;
    countTicks();
  });
}
if (body) body.addEventListener("change", countTicks);
countTicks();

// --- live lines: asked every few seconds, shown without taking focus or place -------------------
const poll = document.getElementById("poll");
const fresh = document.getElementById("fresh");
const news = document.getElementById("news");

function rememberTag(tag) {
  poll.setAttribute("hx-headers", JSON.stringify({ "If-None-Match": tag, "X-Background": "1" }));
}

function say(number) {
  const words = number === 1 ? news.dataset.one : news.dataset.many.replace("{n}", number);
  const said = news.querySelector("span");
  if (said.textContent !== words) said.textContent = words; // said aloud once, not every time
  news.classList.add("shown");
}

function changesOf(after) {
  const before = new Map(lines().map((line) => [line.dataset.id, line.dataset.sign]));
  const ids = new Set(after.map((line) => line.dataset.id));
  const gone = lines().filter((line) => !ids.has(line.dataset.id)).length;
  const other = after.filter((line) => before.get(line.dataset.id) !== line.dataset.sign);
  return { number: gone + other.length, other };
}

function sameOrder(after) {
  const now = lines();
  return now.length === after.length && now.every((l, i) => l.dataset.id === after[i].dataset.id);
}

// Cells change in place only where nobody is: the line with the focus keeps its cells. Says
// whether a line that has changed was left as it is.
function refreshCells(after) {
  let isHeld = false;
  lines().forEach((line, i) => {
    const next = after[i];
    if (line.contains(document.activeElement)) {
      isHeld ||= line.dataset.sign !== next.dataset.sign;
      return;
    }
    if (line.dataset.sign !== next.dataset.sign) line.setAttribute("data-new", "");
    line.dataset.sign = next.dataset.sign;
    const cells = [...line.cells].slice(1);
    [...next.cells].slice(1).forEach((cell, n) => {
      if (cells[n].innerHTML !== cell.innerHTML) cells[n].innerHTML = cell.innerHTML;
    });
  });
  return isHeld;
}

function showFresh() {
  if (!fresh || !fresh.rows.length) return;
  const boxes = new Set([...body.querySelectorAll("[name=m]:checked")].map((box) => box.value));
  const line = lineNow();
  const held = line && line.contains(document.activeElement) ? line.dataset.id : "";
  const changed = new Set(changesOf([...fresh.rows]).other.map((row) => row.dataset.id));
  body.replaceChildren(...[...fresh.rows].map((row) => document.importNode(row, true)));
  for (const box of body.querySelectorAll("[name=m]")) box.checked = boxes.has(box.value);
  for (const row of lines()) if (changed.has(row.dataset.id)) row.setAttribute("data-new", "");
  const again = held && body.querySelector(`tr[data-id="${held}"] .what a`);
  if (again) again.focus({ preventScroll: true });
  fresh.replaceChildren();
  news.classList.remove("shown");
  news.querySelector("span").textContent = "";
  news.querySelector("button").hidden = true;
  countTicks();
}

if (poll && body && news) {
  rememberTag(body.dataset.etag);
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 304) event.detail.shouldSwap = false;
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== fresh) return;
    const tag = event.detail.xhr.getResponseHeader("ETag");
    const after = [...fresh.rows];
    const { number } = changesOf(after);
    let isHeld = false;
    if (sameOrder(after)) {
      isHeld = refreshCells(after);
      if (number) say(number);
      fresh.replaceChildren();
    } else {
      say(number);
      news.querySelector("button").hidden = false;
    }
    // Without the tag the next answer brings the line that was held, when nobody is in it.
    if (tag && !isHeld) rememberTag(tag);
  });
  news.querySelector("button").addEventListener("click", showFresh);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) window.htmx.trigger(poll, "refresh");
  });
}

// --- the matter page: a link that opens a form and fills one field ------------------------------
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-fills]");
  const field = link && document.getElementById(link.dataset.fills);
  if (!field) return;
  const form = field.closest("details");
  if (form) form.open = true;
  field.value = link.dataset.value;
});

// --- a link to a step opens it, on this page and on another ---------------------------------------
function openStep(hash) {
  const step = hash.startsWith("#do-") && document.getElementById(hash.slice(1));
  if (step) step.open = true;
}

openStep(location.hash);
window.addEventListener("hashchange", () => openStep(location.hash));
// The same link once more changes no address, but the step may have been closed since.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href*='#do-']");
  if (link && link.pathname === location.pathname) openStep(link.hash);
});
