/*
 * The way in from the councils of a large place: once the map is near enough, a button offers the small areas
 * of the council in its middle. It does what the button on the page does for the selected council.
 */
window.AtlasWayIn = (function () {
  "use strict";

  const FROM_ZOOM = 8.5;
  let button = null;

  /* Show, name or hide the button; `choose` is told the code of the council when it is pressed. */
  function update(map, view, shapes, choose) {
    const near = view.way_in && map.getZoom() >= FROM_ZOOM;
    const council = near ? shapeAt(shapes, map.getCenter()) : null;
    button = button || makeButton(map);
    button.hidden = !council;
    if (council) {
      const { c: code, n: name } = council.feature.properties;
      button.textContent = "Show the small areas of " + name;
      button.onclick = () => choose(code);
    }
  }

  function makeButton(map) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "atlas-way-in";
    L.DomEvent.disableClickPropagation(made);
    map.getContainer().appendChild(made);
    return made;
  }

  function shapeAt(shapes, point) {
    return shapes.getLayers().find((shape) => shape.getBounds().contains(point) && holds(shape.feature.geometry, point));
  }

  function holds(geometry, point) {
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    return polygons.some((rings) => rings.filter((ring) => isWithin(ring, point)).length % 2 === 1);
  }

  /* Even-odd rule: a line from the point to the east crosses the ring an odd number of times. */
  function isWithin(ring, { lat, lng }) {
    let within = false;
    for (let now = 1; now < ring.length; now += 1) {
      const [x1, y1] = ring[now - 1];
      const [x2, y2] = ring[now];
      if (y1 > lat !== y2 > lat && lng < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1) {
        within = !within;
      }
    }
    return within;
  }

  return { update };
})();
