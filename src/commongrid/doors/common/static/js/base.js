// What every page gains when scripts run. Nothing here is needed to use a page.

// htmx sends the same token that forms carry.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("meta[name=csrf-token]");
  if (token) event.detail.headers["X-CSRFToken"] = token.content;
});

// <p data-when-failed hidden> inside what asked is shown when no good answer came.
for (const kind of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(kind, (event) => {
    for (const help of event.detail.elt.querySelectorAll("[data-when-failed]")) help.hidden = false;
  });
}

// Pressing twice sends once; the server's command id is the real defence.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  if (form.method === "dialog" || form.hasAttribute("hx-post")) return;
  form.dataset.sending = "yes";
  window.setTimeout(() => delete form.dataset.sending, 8000);
});

// Coming back by the browser's own button makes the form usable again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
});

// <button data-opens="id"> opens a dialog; <form method="dialog"> closes it.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog && typeof dialog.showModal === "function") {
    event.preventDefault();
    dialog.showModal();
  }
});

// <button data-prints> prints the page; without scripts it stays hidden.
for (const button of document.querySelectorAll("[data-prints]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// <button data-copies="id"> copies the text of an element and says so.
for (const button of document.querySelectorAll("[data-copies]")) {
  const source = document.getElementById(button.dataset.copies);
  if (!source || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent.trim());
    button.textContent = button.dataset.copied || button.textContent;
  });
}

// <select data-sends> and <input data-sends> send their form when changed.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-sends]")) event.target.form.requestSubmit();
});

// <textarea maxlength> says how much room is left, through <output data-left-for="id">.
for (const output of document.querySelectorAll("[data-left-for]")) {
  const area = document.getElementById(output.dataset.leftFor);
  if (!area || area.maxLength < 0) continue;
  const show = () => {
    output.textContent = String(area.maxLength - area.value.length);
  };
  area.addEventListener("input", show);
  show();
}

// The first wrong field is where the person goes on.
const summary = document.querySelector("[data-error-summary]");
if (summary) summary.focus();
