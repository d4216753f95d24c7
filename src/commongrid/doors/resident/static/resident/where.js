// Step 2: the map of the grids. Outlines are our own; no tile or name comes from elsewhere.
// Without scripts the map stays hidden: the list and the address are ways of their own.
const way = document.querySelector('[data-way="map"]');
const frame = document.getElementById("map");

if (way && frame && window.L) {
  way.hidden = false;
  const form = way.querySelector("form");
  const says = way.querySelector("[data-map-says]");
  let map = null;
  let pin = null;

  const set = async (latlng) => {
    form.elements.lat.value = latlng.lat.toFixed(6);
    form.elements.lon.value = latlng.lng.toFixed(6);
    if (!pin) pin = L.circleMarker(latlng, { radius: 11, className: "pin-spot" }).addTo(map);
    pin.setLatLng(latlng);
    const asked = `${frame.dataset.here}?lon=${form.elements.lon.value}&lat=${form.elements.lat.value}`;
    try {
      const answer = await (await fetch(asked)).json();
      says.textContent = answer.name
        ? `${frame.dataset.chosen} ${answer.name}`
        : frame.dataset.outside;
    } catch {
      says.textContent = `${frame.dataset.chosen} ${form.elements.lat.value}, ${form.elements.lon.value}`;
    }
  };

  const label = (shape, words, level) =>
    shape.bindTooltip(words, {
      permanent: true,
      direction: "center",
      className: `grid-name grid-name--${level}`,
    });

  // Grids of one community share the first twelve digits, and most of their names.
  const nameCommunities = (layer, name) => {
    const rows = new Map();
    layer.eachLayer((shape) => {
      const code = shape.feature.properties.code.slice(0, 12);
      rows.set(code, [...(rows.get(code) || []), shape]);
    });
    for (const shapes of rows.values()) {
      const words = shapes.map((shape) => shape.feature.properties[name]);
      let shared = words[0];
      while (!words.every((word) => word.startsWith(shared))) shared = shared.slice(0, -1);
      const bounds = shapes.reduce(
        (all, shape) => all.extend(shape.getBounds()),
        L.latLngBounds([]),
      );
      const spot = L.circleMarker(bounds.getCenter(), { radius: 0, opacity: 0, interactive: false });
      label(spot.addTo(map), shared.replace(/[\s,，第·]+(grid)?\s*$/, ""), "community");
    }
  };

  const draw = async () => {
    if (map) return;
    map = L.map(frame, { attributionControl: false, zoomControl: false, zoomSnap: 0.25 });
    L.control
      .zoom({ zoomInTitle: frame.dataset.in, zoomOutTitle: frame.dataset.out })
      .addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    map.setView([43.65, 122.26], 11);
    map.on("click", (event) => set(event.latlng));
    const outlines = await (await fetch(frame.dataset.outlines)).json();
    const name = frame.dataset.lang.startsWith("zh") ? "name_zh" : "name_en";
    const layer = L.geoJSON(outlines, {
      style: () => ({ className: "grid-outline", weight: 1.5, fillOpacity: 0.08 }),
      onEachFeature: (feature, shape) => label(shape, feature.properties[name], "grid"),
    }).addTo(map);
    nameCommunities(layer, name);
    if (outlines.features.length) map.fitBounds(layer.getBounds(), { padding: [8, 8], animate: false });
    const whole = map.getZoom();
    const near = () => frame.classList.toggle("is-near", map.getZoom() > whole + 1);
    map.on("zoomend", near);
    if (form.elements.lat.value && form.elements.lon.value) {
      const kept = L.latLng(form.elements.lat.value, form.elements.lon.value);
      map.setView(kept, 15);
      set(kept);
    }
  };

  way.addEventListener("toggle", () => {
    if (way.open) draw().then(() => map.invalidateSize());
  });
  frame.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !map || event.target !== frame) return;
    event.preventDefault();
    set(map.getCenter());
  });
  way.querySelector('[data-map-do="cross"]').addEventListener("click", () => {
    if (map) set(map.getCenter());
  });
  const locate = way.querySelector('[data-map-do="locate"]');
  if (!navigator.geolocation) locate.hidden = true;
  locate.addEventListener("click", () => {
    const failed = () => {
      says.textContent = locate.dataset.failed;
    };
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const spot = L.latLng(coords.latitude, coords.longitude);
        map.setView(spot, 16);
        set(spot);
      },
      failed,
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 0 },
    );
  });

  if (way.open) draw();
  else if (!document.querySelector(".way[open] .field--wrong") && !frame.dataset.keep) {
    // Nothing chosen yet: the map is shown first, the two other ways stay one press away.
    const open = document.querySelector(".way[open]");
    if (open && open.dataset.way === "list" && !open.querySelector(":checked")) way.open = true;
  }
}
