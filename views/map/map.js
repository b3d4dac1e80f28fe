/*
 * The map inside the frame that streamlit-folium opens.
 *
 * `PreventionAtlas.start(map, urls)` runs once: it fetches the shapes and the places, which the browser then
 * keeps. `PreventionAtlas.show(view)` runs after every change of the page and receives little more than one
 * character a shape and the kinds of place to show. The two may come in either order, so the last view is kept and painted when both
 * are there.
 */
window.PreventionAtlas = (function () {
  "use strict";

  const SMALLEST_IN_VIEW_PX = 18;
  const CLOSER_BY_ZOOM = 1.5;
  const CREDIT_FROM_PX = 610;
  const CREDIT_TO_LETTERS = 120;
  /* Room below for the line of sources. */
  const FIT_PADDING = { paddingTopLeft: [8, 8], paddingBottomRight: [8, 24] };
  const Style = window.AtlasStyle;
  const Labels = window.AtlasLabels;
  const Markers = window.AtlasMarkers;
  const LAYERS = ["areas", "wards", "localities", "councils", "green", "places"];

  const state = {
    map: null,
    view: null,
    layers: null,
    labels: [],
    places: [],
    markers: [],
    markersShown: "",
    selection: null,
    fittedTo: undefined,
    untouched: true,
    shown: "",
    clicked: "",
    clicks: 0,
    paints: 0,
  };

  function start(map, urls) {
    state.map = map;
    allowPinchZoom();
    addPanes();
    addControls();
    addListeners();
    Promise.all(LAYERS.map((name) => fetchShapes(urls[name])))
      .then(addLayers)
      .then(paint)
      .catch(sayThatShapesFailed);
    document.fonts.ready.then(placeLabels);
  }

  function show(view) {
    state.view = view;
    paint();
  }

  function isReady() {
    return state.view !== null && state.layers !== null;
  }

  // ---- once -------------------------------------------------------------------------------------

  /* The frame of the component may forbid zooming with two fingers, which WCAG 1.4.4 does not allow. */
  function allowPinchZoom() {
    document.querySelectorAll("meta[name=viewport]").forEach(function (element) {
      element.content = "width=device-width, initial-scale=1";
    });
  }

  /* Each pane has a canvas of its own: a change of colour redraws the shapes and nothing above them. */
  function addPanes() {
    addPane("atlas-shapes", 400, "auto");
    addPane("atlas-green", 405, "none");
    addPane("atlas-lines", 410, "none");
    addPane("atlas-selection", 420, "none");
    addPane("atlas-places", 430, "none");
  }

  function addPane(name, zIndex, pointerEvents) {
    const pane = state.map.createPane(name);
    pane.style.zIndex = zIndex;
    pane.style.pointerEvents = pointerEvents;
    pane.renderer = L.canvas({ pane: name, padding: 0.3 });
  }

  function addControls() {
    state.map.attributionControl.setPrefix(false);
    L.control.scale({ imperial: false, maxWidth: 90 }).addTo(state.map);
    state.map.getContainer().setAttribute("role", "region");
  }

  function addListeners() {
    const map = state.map;
    /* The wheel scrolls the page until the map has been clicked or tabbed to. */
    map.on("focus", () => map.scrollWheelZoom.enable());
    map.on("blur", () => map.scrollWheelZoom.disable());
    map.on("dragstart zoomstart keydown", function () {
      state.untouched = false;
    });
    map.on("resize", refit);
    map.on("zoomend", restyle);
    map.on("moveend", placeLabels);
    map.on("mousemove click", namePlaces);
    map.on("mouseout movestart", forgetPlaces);
  }

  function fetchShapes(url) {
    return fetch(url).then(function (response) {
      if (!response.ok) {
        throw new Error(url + " answered " + response.status);
      }
      return response.json();
    });
  }

  function sayThatShapesFailed(error) {
    const notice = document.createElement("p");
    notice.className = "atlas-failure";
    notice.setAttribute("role", "alert");
    notice.textContent = "The boundaries could not be loaded, so there is no map. The table has the same figures.";
    state.map.getContainer().appendChild(notice);
    console.error(error);
  }

  function addLayers([areas, wards, localities, councils, green, places]) {
    state.layers = {
      area: makeShapes(areas),
      ward: makeShapes(wards),
      locality: makeShapes(localities),
      green: addShapesThatAreOnlySeen(green, "atlas-green"),
      wardLines: addShapesThatAreOnlySeen(wards, "atlas-lines"),
      councilLines: addShapesThatAreOnlySeen(councils, "atlas-lines"),
    };
    state.places = Markers.read(places);
    state.placesLayer = L.layerGroup().addTo(state.map);
    state.placesTip = L.tooltip({ className: "atlas-places-tip", direction: "top", offset: [0, -10] });
    state.labels = [
      ...Labels.make(state.map, state.layers.councilLines, "council"),
      ...Labels.make(state.map, state.layers.locality.layer, "locality"),
      ...Labels.make(state.map, state.layers.wardLines, "ward"),
    ];
  }

  function makeShapes(collection) {
    const byCode = {};
    collection.features.forEach(function (feature, position) {
      feature.position = position;
    });
    const layer = L.geoJSON(collection, {
      ...inPane("atlas-shapes"),
      smoothFactor: 0.6,
      onEachFeature: function (feature, shape) {
        byCode[feature.properties.c] = shape;
      },
    });
    layer.on("click", select);
    layer.bindTooltip((shape) => Labels.tooltip(state.view, shape.feature), {
      sticky: true,
      direction: "top",
      offset: [0, -8],
      className: "atlas-area-tip",
    });
    return { layer, byCode };
  }

  function addShapesThatAreOnlySeen(collection, pane) {
    const options = { ...inPane(pane), interactive: false, smoothFactor: 0.6 };
    return L.geoJSON(collection, options).addTo(state.map);
  }

  function inPane(name) {
    return { pane: name, renderer: state.map.getPane(name).renderer };
  }

  // ---- every view -------------------------------------------------------------------------------

  function paint() {
    if (!isReady()) {
      return;
    }
    const container = state.map.getContainer();
    container.classList.toggle("atlas-dark", state.view.dark);
    container.setAttribute("aria-label", state.view.name);
    showCredit();
    showLevel();
    fitToShapes();
    restyle();
    drawSelection();
    showPlaces();
    placeLabels();
    state.paints += 1;
    container.dataset.paints = state.paints;
  }

  /* The full wording stands under the map; on a narrow map a long list of publishers would cover it. */
  function showCredit() {
    const wide = state.map.getSize().x >= CREDIT_FROM_PX;
    const fits = wide && state.view.credit.length <= CREDIT_TO_LETTERS;
    const credit = Labels.escapeHtml(fits ? "Data: " + state.view.credit : "Sources: under the map");
    const control = state.map.attributionControl;
    if (control.atlasCredit !== credit) {
      control.removeAttribution(control.atlasCredit || "");
      control.addAttribution(credit);
      control.atlasCredit = credit;
    }
  }

  function showLevel() {
    ["area", "ward", "locality"].forEach(function (level) {
      const layer = state.layers[level].layer;
      if (level === state.view.level) {
        layer.addTo(state.map);
      } else {
        layer.remove();
      }
    });
  }

  function restyle() {
    if (!isReady()) {
      return;
    }
    const { view, layers } = state;
    const zoom = state.map.getZoom();
    layers[view.level].layer.setStyle((feature) => Style.shape(view, zoom, feature));
    layers.green.setStyle(() => Style.green(view, zoom));
    layers.wardLines.setStyle((feature) => Style.wardLine(view, zoom, feature));
    layers.councilLines.setStyle((feature) => Style.councilLine(view, zoom, feature));
  }

  function placeLabels() {
    if (isReady()) {
      Labels.place(state.map, state.view, state.labels, Markers.boxes(state.map, state.markers));
    }
  }

  // ---- places -----------------------------------------------------------------------------------

  /* Markers are made again only when their kinds, the councils or the colours of the page have changed. */
  function showPlaces() {
    const { points, councils, dark } = state.view;
    const wanted = JSON.stringify([points, councils, dark]);
    if (state.markersShown !== wanted) {
      state.markersShown = wanted;
      state.markers = Markers.make(state.view, state.places, inPane("atlas-places"));
      state.placesLayer.clearLayers();
      state.markers.forEach((marker) => state.placesLayer.addLayer(marker));
      forgetPlaces();
    }
    state.map.getContainer().dataset.places = state.markers.length;
  }

  /* A marker lets every click through to its area; what is near the pointer is named instead of the area. */
  function namePlaces(event) {
    if (!isReady()) {
      return;
    }
    const found = Markers.under(state.map, state.markers, event.containerPoint);
    if (!found.length) {
      forgetPlaces();
      return;
    }
    state.placesTip.setLatLng(found[0].at).setContent(Markers.describe(found));
    state.map.openTooltip(state.placesTip);
    state.map.getContainer().classList.add("atlas-at-places");
  }

  function forgetPlaces() {
    if (state.placesTip) {
      state.map.closeTooltip(state.placesTip);
    }
    state.map.getContainer().classList.remove("atlas-at-places");
  }

  // ---- selection --------------------------------------------------------------------------------

  function select(event) {
    const feature = event.layer.feature;
    if (Style.isOutside(state.view, feature)) {
      return;
    }
    state.clicked = feature.properties.c;
    state.clicks += 1;
    /* The count makes a second click on the same shape a new value. */
    window.Streamlit.setComponentValue({ code: state.clicked, clicks: state.clicks });
  }

  function drawSelection() {
    const { selected, level } = state.view;
    const shape = state.layers[level].byCode[selected];
    if (state.selection) {
      state.selection.remove();
    }
    state.selection = shape ? outline(shape).addTo(state.map) : null;
    if (shape && state.shown !== selected && state.clicked !== selected) {
      bringIntoView(shape.getBounds());
    }
    state.shown = selected;
  }

  function outline(shape) {
    const lines = Style.selectionLines(state.view).map(function (style) {
      return L.geoJSON(shape.feature, { ...inPane("atlas-selection"), interactive: false, style: style });
    });
    return L.layerGroup(lines);
  }

  /* A shape that was clicked is in view; one chosen from the list may be far off, or too small to see. */
  function bringIntoView(bounds) {
    const far = !state.map.getBounds().contains(bounds);
    const tiny = sizeOnScreen(bounds) < SMALLEST_IN_VIEW_PX;
    if (far || tiny) {
      const zoom = state.map.getZoom() + (tiny ? CLOSER_BY_ZOOM : 0);
      state.untouched = false;
      state.map.setView(bounds.getCenter(), zoom, { animate: false });
    }
  }

  function sizeOnScreen(bounds) {
    const corner = state.map.latLngToLayerPoint(bounds.getNorthWest());
    const opposite = state.map.latLngToLayerPoint(bounds.getSouthEast());
    return Math.max(opposite.x - corner.x, opposite.y - corner.y);
  }

  // ---- what is in view --------------------------------------------------------------------------

  /* A new council is fitted; a new colour, level or selection leaves the reader's view alone. */
  function fitToShapes() {
    if (state.fittedTo !== state.view.council) {
      state.fittedTo = state.view.council;
      fit();
    }
  }

  function refit() {
    if (!isReady()) {
      return;
    }
    showCredit();
    if (state.untouched) {
      fit();
    }
  }

  function fit() {
    const bounds = L.latLngBounds([]);
    state.layers[state.view.level].layer.eachLayer(function (shape) {
      if (!Style.isOutside(state.view, shape.feature)) {
        bounds.extend(shape.getBounds());
      }
    });
    if (bounds.isValid()) {
      state.map.invalidateSize();
      state.map.fitBounds(bounds, { ...FIT_PADDING, animate: false });
      state.untouched = true;
    }
  }

  return { start, show };
})();
