// Draw the documentation with the bundle that comes with django-ninja; nothing is loaded from
// elsewhere, and no validator of others is asked.
const box = document.getElementById("addresses");
box.replaceChildren();
window.SwaggerUIBundle({
  url: box.dataset.spec,
  dom_id: "#addresses",
  deepLinking: true,
  validatorUrl: null,
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
});
