// The map: outlines and gathered points on a canvas. A point's shape says its light, as its colour.
"use strict";

const box = document.getElementById("map");

if (box && window.L) {
  const style = getComputedStyle(document.documentElement);
  const ink = (name) => style.getPropertyValue(name).trim();
  const COLOURS = {
    red: ink("--red"), yellow: ink("--yellow"), blue: ink("--blue"), grey: ink("--paper"),
    none: ink("--ink-soft"),
  };
  const SIDES = { red: 8, yellow: 3, blue: 0, grey: 0, none: 4 };

  // A point drawn as a circle, a triangle, an octagon or a square, with its count inside.
  const Sign = L.CircleMarker.extend({
    _updatePath() {
      const pen = this._renderer._ctx;
      const { x, y } = this._point;
      const size = this._radius;
      const { light, count } = this.options;
      const sides = SIDES[light];
      pen.beginPath();
      if (!sides) pen.arc(x, y, size, 0, Math.PI * 2);
      else {
        const turn = sides === 3 ? -Math.PI / 2 : Math.PI / sides;
        const reach = sides === 3 ? size * 1.3 : size * 1.08;
        for (let i = 0; i < sides; i += 1) {
          const angle = turn + (i * 2 * Math.PI) / sides;
          pen.lineTo(x + reach * Math.cos(angle), y + reach * Math.sin(angle));
        }
        pen.closePath();
      }
      pen.fillStyle = COLOURS[light];
      pen.fill();
      pen.lineWidth = light === "grey" ? 3 : 1.5;
      pen.strokeStyle = light === "grey" ? ink("--grey") : ink("--paper");
      pen.stroke();
      if (count > 1) {
        pen.fillStyle = light === "grey" ? ink("--ink") : ink("--paper");
        pen.font = `600 ${Math.round(size * 0.95)}px ${ink("--font")}`;
        pen.textAlign = "center";
        pen.textBaseline = "middle";
        pen.fillText(String(count), x, sides === 3 ? y + size * 0.25 : y + 1);
      }
    },
  });

  const map = L.map(box, { preferCanvas: true, zoomControl: true, maxZoom: 19, minZoom: 5 });
  map.attributionControl.setPrefix(false);
  const bounds = JSON.parse(box.dataset.bounds || "null");
  if (bounds) map.fitBounds([[bounds[1], bounds[0]], [bounds[3], bounds[2]]]);
  else map.setView([43.65, 122.25], 11);

  const named = box.dataset.language === "en" ? "name_en" : "name_zh";
  const signs = L.layerGroup();
  const outlines = L.geoJSON(null, {
    style: () => ({
      color: ink("--line-strong"), weight: 1.2, fillColor: ink("--paper"), fillOpacity: 0.75,
    }),
    onEachFeature: (feature, layer) =>
      layer.bindTooltip(() => {
        const label = document.createElement("span");
        label.textContent = feature.properties[named];
        return label;
      }, { sticky: true }),
  }).addTo(map);
  signs.addTo(map);
  fetch(box.dataset.outlines)
    .then((answer) => answer.json())
    .then((shapes) => {
      if (shapes.features) outlines.addData(shapes);
      outlines.bringToBack();
    });

  let asked = 0;
  async function refresh() {
    asked += 1;
    const mine = asked;
    const seen = map.getBounds();
    const query = new URLSearchParams(box.dataset.query);
    const clip = (value, most) => Math.max(-most, Math.min(most, value)).toFixed(6);
    query.set("bbox", [clip(seen.getWest(), 180), clip(seen.getSouth(), 90),
      clip(seen.getEast(), 180), clip(seen.getNorth(), 90)].join(","));
    query.set("zoom", map.getZoom());
    const answer = await fetch(`${box.dataset.points}?${query}`);
    if (!answer.ok || mine !== asked) return;
    const { points } = await answer.json();
    signs.clearLayers();
    for (const point of points) add(point);
    box.dataset.ready = String(points.length);
    if (window.htmx) window.htmx.ajax("GET", `${box.dataset.list}?${query}`, "#near");
  }

  function add(point) {
    const many = point.count > 1;
    const sign = new Sign([point.lat, point.lon], {
      radius: many ? Math.min(22, 11 + Math.log2(point.count) * 2) : 8,
      light: point.light, count: point.count,
    });
    sign.on("click", () => {
      if (point.url) window.location.assign(point.url);
      else map.setView([point.lat, point.lon], Math.min(map.getZoom() + 2, 19));
    });
    if (point.label) sign.bindTooltip(document.createTextNode(point.label).textContent);
    signs.addLayer(sign);
  }

  map.on("moveend", refresh);
  refresh();
}
