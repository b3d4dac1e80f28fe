/*
 * Names on the map and in its tooltips. They come from files that others wrote, so they are always set as
 * text and never as HTML.
 */
window.AtlasLabels = (function () {
  "use strict";

  const WARD_NAMES_FROM_ZOOM = { one: 10, several: 11 };
  const WARD_NAMES_MAY_OVERHANG_FROM_ZOOM = 13;
  const COUNCIL_NAMES_BELOW_ZOOM = 11;
  /* Over a whole country only the names of wide councils leave anything of it to be seen. */
  const COUNCIL_NAMES_MAY_OVERHANG_FROM_ZOOM = 8;
  const MOST_OVERHANG = { ward: 1.05, council: 2.1 };
  const NEIGHBOUR_NAMES_BELOW_ZOOM = 13.5;
  const { classOf, isOurs } = window.AtlasStyle;

  /* One label a shape that has a point for it; the largest shape first. */
  function make(layer, kind) {
    return layer
      .getLayers()
      .map((shape) => makeOne(shape, kind))
      .sort((one, other) => extent(other.bounds) - extent(one.bounds));
  }

  function makeOne(shape, kind) {
    const { c: code, l: council, n: name, p: point } = shape.feature.properties;
    const text = document.createElement("span");
    text.textContent = name;
    text.setAttribute("aria-hidden", "true"); // A reader hears the table, not a heap of names.
    const icon = L.divIcon({ className: "atlas-label atlas-label-" + kind, html: text });
    const marker = L.marker(point, { interactive: false, keyboard: false, icon: icon });
    return { kind, code, council, text, marker, bounds: shape.getBounds() };
  }

  function extent(bounds) {
    return (bounds.getNorth() - bounds.getSouth()) * (bounds.getEast() - bounds.getWest());
  }

  /*
   * Greedy: a name that would touch one already placed, a control, a large marker, or the edge of the map is
   * left out.
   */
  function place(map, view, labels, markers) {
    const wanted = labels.filter(function (label) {
      const shown = isWanted(view, map.getZoom(), label);
      label.text.style.display = shown ? "" : "none";
      label.text.parentNode.classList.toggle("atlas-label-neighbour", !belongs(view, label));
      return shown;
    });
    const frame = map.getContainer().getBoundingClientRect();
    const controls = [...document.querySelectorAll(".leaflet-control")];
    const kept = [...controls.map((control) => control.getBoundingClientRect()), ...markers];
    wanted.forEach(function (label) {
      const box = label.text.getBoundingClientRect();
      const free = isInside(box, frame) && !kept.some((other) => touch(box, other));
      if (free && fits(map, label, box)) {
        kept.push(box);
      } else {
        label.text.style.display = "none";
      }
    });
  }

  /* A locality is drawn by a council of its own, so one that names none is taken for ours. */
  function belongs(view, label) {
    const council = label.kind === "council" ? label.code : label.council;
    return isOurs(view, council) || label.kind === "region" || (label.kind === "locality" && !council);
  }

  function isWanted(view, zoom, label) {
    const several = view.councils.length > 1;
    if (label.kind === "region" || view.level === "region") {
      return label.kind === view.level;
    }
    if (label.kind === "locality") {
      return view.level === "locality" && belongs(view, label);
    }
    if (label.kind === "ward") {
      if (view.level === "locality") {
        return false;
      }
      const from = several ? WARD_NAMES_FROM_ZOOM.several : WARD_NAMES_FROM_ZOOM.one;
      return zoom >= from && isOurs(view, label.council);
    }
    if (!isOurs(view, label.code)) {
      return zoom < NEIGHBOUR_NAMES_BELOW_ZOOM;
    }
    return several && zoom < COUNCIL_NAMES_BELOW_ZOOM;
  }

  function fits(map, label, box) {
    const from = { ward: WARD_NAMES_MAY_OVERHANG_FROM_ZOOM, council: COUNCIL_NAMES_MAY_OVERHANG_FROM_ZOOM };
    if (!(label.kind in from) || map.getZoom() >= from[label.kind]) {
      return true;
    }
    const west = map.latLngToLayerPoint(label.bounds.getNorthWest()).x;
    const east = map.latLngToLayerPoint(label.bounds.getSouthEast()).x;
    return box.width <= (east - west) * MOST_OVERHANG[label.kind];
  }

  function isInside(box, frame) {
    return (
      box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom
    );
  }

  function touch(one, other) {
    return (
      one.left < other.right + 3 &&
      one.right > other.left - 3 &&
      one.top < other.bottom + 2 &&
      one.bottom > other.top - 2
    );
  }

  function tooltip(view, feature) {
    const element = document.createElement("div");
    const name = document.createElement("b");
    name.textContent = feature.properties.n;
    element.appendChild(name);
    const told = view.told ? view.told[feature.position] : "";
    element.appendChild(document.createTextNode((view.labels[classOf(view, feature)] || "") + (told || "")));
    return element;
  }

  function escapeHtml(text) {
    const element = document.createElement("span");
    element.textContent = text;
    return element.innerHTML;
  }

  return { make, place, tooltip, escapeHtml };
})();
