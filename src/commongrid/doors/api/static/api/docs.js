// Draw the documentation with the bundle that comes with django-ninja; nothing is loaded from
// elsewhere, and no validator of others is asked.
const box = document.getElementById("addresses");

// The bundle leaves out what people need who listen to a page or use no mouse.
function tidy() {
  for (const select of box.querySelectorAll("select:not([aria-label])")) {
    const row = select.closest("tr");
    select.setAttribute("aria-label", row?.dataset.paramName || select.id || "media type");
  }
  for (const heading of box.querySelectorAll("h3, h4, h5")) {
    const level = heading.matches(".opblock-tag") ? 2 : 3;
    if (heading.ariaLevel !== String(level)) {
      heading.setAttribute("role", "heading");
      heading.setAttribute("aria-level", level);
    }
  }
  for (const code of box.querySelectorAll("pre:not([tabindex]), .microlight:not([tabindex])")) {
    code.tabIndex = 0;
  }
  for (const field of box.querySelectorAll("input:not([aria-label]), textarea:not([aria-label])")) {
    field.setAttribute("aria-label", field.placeholder || field.closest("tr")?.dataset.paramName || "value");
  }
}

box.replaceChildren();
new MutationObserver(tidy).observe(box, { childList: true, subtree: true });
window.SwaggerUIBundle({
  url: box.dataset.spec,
  dom_id: "#addresses",
  deepLinking: false, // a link within a button would be reached by nobody's keyboard
  validatorUrl: null,
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  defaultModelsExpandDepth: -1,
  docExpansion: "list",
});
