// A small map of the features that the page lists. It loads the same address as JSON.
"use strict";

const box = document.getElementById("map");

if (box && window.L) {
  const style = getComputedStyle(document.documentElement);
  const ink = (name) => style.getPropertyValue(name).trim();
  const ends = box.dataset.language === "en" ? "_en" : "_zh";
  const map = L.map(box, { preferCanvas: true, maxZoom: 18, minZoom: 4 });
  map.attributionControl.setPrefix(false);
  map.setView([43.65, 122.25], 10);

  const label = (properties) => {
    const said = document.createElement("span");
    said.textContent = [properties.ref || properties.code,
      properties[`name${ends}`] || properties[`type${ends}`], properties[`state${ends}`]]
      .filter(Boolean).join(" · ");
    return said;
  };
  // Grids behind the points: there is no other map under them.
  const behind = (around) =>
    fetch(`${box.dataset.grids}&bbox=${around.toBBoxString()}`)
      .then((answer) => answer.json())
      .then((shapes) => L.geoJSON(shapes, {
        interactive: false,
        style: () => ({
          color: ink("--line-strong"), weight: 1, fillColor: ink("--paper"), fillOpacity: 0.75,
        }),
      }).addTo(map).bringToBack());

  fetch(box.dataset.items, { headers: { Accept: "application/geo+json" } })
    .then((answer) => answer.json())
    .then((shapes) => {
      const layer = L.geoJSON(shapes, {
        style: () => ({ color: ink("--accent"), weight: 1.5, fillOpacity: 0.08 }),
        pointToLayer: (feature, at) => L.circleMarker(at, {
          radius: 7, weight: 2, color: ink("--accent"),
          fillOpacity: feature.properties.point === "exact" ? 0.9 : 0.15,
        }),
        onEachFeature: (feature, shape) =>
          shape.bindTooltip(() => label(feature.properties), { sticky: true }),
      }).addTo(map);
      const around = layer.getBounds();
      if (around.isValid()) {
        map.fitBounds(around, { maxZoom: 14, padding: [12, 12] });
        if (box.dataset.grids) behind(around.pad(0.5));
      }
      box.dataset.ready = "yes";
    });
}
