/*
 * One spot on the map that is not a place of the build: the pin of a place that is being added, which a click
 * moves, or the ring round the place that is chosen. And pale dots where postcodes are: without streets they
 * hint at where the houses stand.
 */
window.AtlasPin = (function () {
  "use strict";

  const NEAR_ZOOM = 15;
  const RING_PX = 12;
  const PIN_PX = 10;
  const DOT_PX = 1.5;
  const INKS = {
    light: { pin: "#0B5F63", halo: "#FFFFFF", dot: "#BDB7AA" },
    dark: { pin: "#6CC3BF", halo: "#14191D", dot: "#5B666D" },
  };

  const drawn = { spot: null, spotKey: "", dots: null, dotsKey: "", went: "", button: null };

  function show(map, view, renderer, tell) {
    const inks = view.dark ? INKS.dark : INKS.light;
    drawDots(map, view, renderer, inks);
    drawSpot(map, view, renderer, inks);
    offerMiddle(map, view, tell);
  }

  /* The map goes to a spot that was chosen elsewhere; one that was clicked is in view already. */
  function goTo(map, view) {
    const to = view.spot ? view.spot.go_to : "";
    const goes = to !== "" && to !== drawn.went;
    drawn.went = to;
    if (goes) {
      map.invalidateSize();
      map.setView(view.spot.at, Math.max(map.getZoom(), NEAR_ZOOM), { animate: false });
    }
    return goes;
  }

  function drawSpot(map, view, renderer, inks) {
    const key = JSON.stringify([view.spot, view.dark]);
    if (key === drawn.spotKey) {
      return;
    }
    drawn.spotKey = key;
    if (drawn.spot) {
      drawn.spot.remove();
      drawn.spot = null;
    }
    if (view.spot) {
      const { at, look } = view.spot;
      drawn.spot = L.layerGroup(look === "pin" ? pin(at, renderer, inks) : ring(at, renderer, inks)).addTo(map);
    }
  }

  function pin(at, renderer, inks) {
    const still = { ...renderer, interactive: false, fillOpacity: 1 };
    return [
      L.circleMarker(at, { ...still, radius: PIN_PX, color: inks.halo, weight: 2.5, fillColor: inks.pin }),
      L.circleMarker(at, { ...still, radius: 3, stroke: false, fillColor: inks.halo }),
    ];
  }

  function ring(at, renderer, inks) {
    const still = { ...renderer, interactive: false, fill: false, radius: RING_PX };
    return [
      L.circleMarker(at, { ...still, color: inks.halo, weight: 6 }),
      L.circleMarker(at, { ...still, color: inks.pin, weight: 3 }),
    ];
  }

  /* Dots come as whole steps of a hundred-thousandth of a degree from a corner. */
  function drawDots(map, view, renderer, inks) {
    const dots = view.dots || { from: [0, 0], steps: [] };
    const key = JSON.stringify([dots.from, dots.steps.length, view.dark]);
    if (key === drawn.dotsKey) {
      return;
    }
    drawn.dotsKey = key;
    if (drawn.dots) {
      drawn.dots.remove();
    }
    const options = { ...renderer, interactive: false, stroke: false, fillOpacity: 1, radius: DOT_PX, fillColor: inks.dot };
    const [south, west] = dots.from;
    const circles = dots.steps.map(([up, along]) =>
      L.circleMarker([south + up / 1e5, west + along / 1e5], options)
    );
    drawn.dots = L.layerGroup(circles).addTo(map);
  }

  /* What a click does, for those who use the keyboard: the arrows move the map, the button sets the pin. */
  function offerMiddle(map, view, tell) {
    const wanted = view.click === "pin";
    if (wanted && !drawn.button) {
      drawn.button = makeButton(map);
    }
    if (drawn.button) {
      drawn.button.hidden = !wanted;
      drawn.button.onclick = () => tell(map.getCenter());
    }
    map.getContainer().classList.toggle("atlas-pinning", wanted);
  }

  function makeButton(map) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "atlas-middle";
    made.textContent = "Put the pin in the middle";
    L.DomEvent.disableClickPropagation(made);
    map.getContainer().appendChild(made);
    return made;
  }

  return { show, goTo };
})();
