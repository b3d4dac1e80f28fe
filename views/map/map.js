/*
 * The map inside the frame that streamlit-folium opens.
 *
 * `PreventionAtlas.start(map, urls)` runs once and says where the shapes and the places are; the browser keeps
 * what it fetched. `PreventionAtlas.show(view)` runs after every change of the page and receives little more
 * than one character a shape and the kinds of place to show. The two may come in either order. The last view is
 * kept, and painted once the layers that it needs are there: those of another level are not fetched.
 */
window.PreventionAtlas = (function () {
  "use strict";

  const SMALLEST_IN_VIEW_PX = 18;
  const CLOSER_BY_ZOOM = 1.5;
  /* How much of its own size is seen on each side of a shape that a map opens on. */
  const AROUND_SELECTED = 0.7;
  const CREDIT_FROM_PX = 610;
  const WORTH_SAYING_MS = 400;
  const CREDIT_TO_LETTERS = 120;
  /* Room below for the line of sources. */
  const FIT_PADDING = { paddingTopLeft: [8, 8], paddingBottomRight: [8, 24] };
  const Style = window.AtlasStyle;
  const Labels = window.AtlasLabels;
  const Markers = window.AtlasMarkers;
  const WayIn = window.AtlasWayIn;
  const Layers = window.AtlasLayers;
  const Pin = window.AtlasPin;

  const state = {
    map: null,
    urls: null,
    view: null,
    layers: null,
    styled: "",
    placesUrl: "",
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

  /*
   * Leaflet focuses the map on a press, and the page around the frame scrolls it into view: the click would end
   * on another spot than it began on.
   */
  L.Map.Keyboard.include({
    _onMouseDown: function () {
      this._map.getContainer().focus({ preventScroll: true });
    },
  });

  function start(map, urls) {
    state.map = map;
    state.urls = urls;
    allowPinchZoom();
    addPanes();
    addControls();
    addListeners();
    state.placesLayer = L.layerGroup().addTo(map);
    state.placesTip = L.tooltip({ className: "atlas-places-tip", direction: "top", offset: [0, -10] });
    load();
    document.fonts.ready.then(placeLabels);
  }

  function show(view) {
    state.view = view;
    load();
  }

  /* A view that has been followed by another while its layers were on their way is not painted. */
  function load() {
    const { view, urls } = state;
    if (!view || !urls) {
      return;
    }
    const waiting = setTimeout(sayThatShapesAreComing, WORTH_SAYING_MS);
    Layers.fetchAll(Layers.urlsFor(view, urls))
      .then(function (files) {
        if (state.view === view) {
          useLayers(files);
          paint();
        }
      })
      .catch(function (error) {
        if (state.view === view) {
          sayThatShapesFailed(error);
        }
      })
      .finally(function () {
        clearTimeout(waiting);
        forgetNotice("atlas-waiting");
      });
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
    map.on("zoomend", restyleForZoom);
    map.on("moveend", placeLabels);
    map.on("moveend", offerSmallAreas);
    map.on("mousemove click", namePlaces);
    map.on("click", pickSpot);
    map.on("mouseout movestart", forgetPlaces);
  }

  function sayThatShapesAreComing() {
    addNotice("atlas-waiting", "status", "Fetching the shapes of this map…");
  }

  function sayThatShapesFailed(error) {
    addNotice(
      "atlas-failure",
      "alert",
      "The boundaries could not be loaded, so there is no map. The table has the same figures."
    );
    console.error(error);
  }

  function addNotice(name, role, text) {
    forgetNotice(name);
    const notice = document.createElement("p");
    notice.className = name;
    notice.setAttribute("role", role);
    notice.textContent = text;
    state.map.getContainer().appendChild(notice);
  }

  function forgetNotice(name) {
    state.map.getContainer().querySelectorAll("." + name).forEach((notice) => notice.remove());
  }

  /* Layers are made once, and put on the map and taken off it again as the level changes. */
  function useLayers(files) {
    forgetNotice("atlas-failure");
    const before = state.layers;
    const after = {
      shapes: Layers.once(files.shapes, "shapes", makeShapes),
      green: Layers.once(files.green, "green", seenIn("atlas-green")),
      wardLines: Layers.once(files.wards, "wards", seenIn("atlas-lines", "ward")),
      councilLines: Layers.once(files.councils, "councils", seenIn("atlas-lines", "council")),
      ownLabels: Layers.once(files.shapes, state.view.level, makeOwnLabels),
    };
    /* Fitted before they are on the map, which would draw tens of thousands of shapes twice. */
    state.layers = null;
    fitToShapes(after.shapes.layer);
    Layers.swap(state.map, before, after);
    if (!before || before.wardLines !== after.wardLines) {
      after.councilLines.layer.bringToFront();
    }
    state.layers = after;
    if (state.placesUrl !== files.places.url) {
      state.placesUrl = files.places.url;
      state.places = Markers.read(files.places.content);
      state.markersShown = "";
    }
  }

  function makeShapes(collection) {
    const byCode = {};
    collection.features.forEach(function (feature, position) {
      feature.position = position;
    });
    const layer = L.geoJSON(collection, {
      ...inPane("atlas-shapes"),
      smoothFactor: 0.6,
      style: (feature) => Style.shape(state.view, state.map.getZoom(), feature),
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
    return { layer, byCode, labels: [] };
  }

  /* Shapes that are only seen: they take no click. Those of a kind have their names on the map. */
  function seenIn(pane, kind) {
    return function (collection) {
      const options = { ...inPane(pane), interactive: false, smoothFactor: 0.6 };
      const layer = L.geoJSON(collection, options);
      return { layer, labels: kind ? Labels.make(layer, kind) : [] };
    };
  }

  /* Localities and regions have no lines of their own: their names come with their shapes. */
  function makeOwnLabels(collection) {
    const kind = state.view.level;
    const named = kind === "locality" || kind === "region";
    return { layer: null, labels: named ? Labels.make(L.geoJSON(collection), kind) : [] };
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
    restyle();
    drawSelection();
    showPlaces();
    showSpot();
    placeLabels();
    offerSmallAreas();
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

  function restyle() {
    if (!isReady()) {
      return;
    }
    const { view, layers } = state;
    const zoom = state.map.getZoom();
    layers.shapes.layer.setStyle((feature) => Style.shape(view, zoom, feature));
    layers.green.layer.setStyle(() => Style.green(view, zoom));
    layers.wardLines.layer.setStyle((feature) => Style.wardLine(view, zoom, feature));
    layers.councilLines.layer.setStyle((feature) => Style.councilLine(view, zoom, feature));
    state.styled = Style.band(zoom);
  }

  /* Tens of thousands of shapes are styled again only where another zoom gives them other lines. */
  function restyleForZoom() {
    if (isReady() && state.styled !== Style.band(state.map.getZoom())) {
      restyle();
    }
  }

  function placeLabels() {
    if (isReady()) {
      const { councilLines, ownLabels, wardLines } = state.layers;
      const labels = [...councilLines.labels, ...ownLabels.labels, ...wardLines.labels];
      Labels.place(state.map, state.view, labels, Markers.boxes(state.map, state.markers));
    }
  }

  function offerSmallAreas() {
    if (isReady()) {
      WayIn.update(state.map, state.view, state.layers.shapes.layer, (code) => tell({ code, way_in: true }));
    }
  }

  // ---- places -----------------------------------------------------------------------------------

  /* Markers are made again only when their kinds, the councils or the colours of the page have changed. */
  function showPlaces() {
    const { points, councils, dark, only, sites } = state.view;
    const wanted = JSON.stringify([points, councils, dark, only, sites]);
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

  // ---- a spot -----------------------------------------------------------------------------------

  function showSpot() {
    Pin.show(state.map, state.view, inPane("atlas-places"), tellSpot);
    if (Pin.goTo(state.map, state.view)) {
      state.untouched = false;
    }
  }

  /* A click is of the area, unless the page asks for a place or for a spot. */
  function pickSpot(event) {
    if (!isReady()) {
      return;
    }
    if (state.view.click === "pin") {
      tellSpot(event.latlng);
    } else if (state.view.click === "place") {
      const found = Markers.under(state.map, state.markers, event.containerPoint);
      if (found.length) {
        tell({ place: found[0].position });
      }
    }
  }

  function tellSpot(at) {
    tell({ at: [at.lat, at.lng] });
  }

  // ---- selection --------------------------------------------------------------------------------

  function select(event) {
    const feature = event.layer.feature;
    const sites = Markers.under(state.map, state.markers, event.containerPoint).filter(({ site }) => site);
    if (!state.view.click && sites.length) {
      tell({ site: sites[0].site });
      return;
    }
    if (state.view.click || Style.isOutside(state.view, feature)) {
      return;
    }
    state.clicked = feature.properties.c;
    tell({ code: state.clicked });
  }

  /* The count makes a second click on the same shape a new value. */
  function tell(what) {
    state.clicks += 1;
    window.Streamlit.setComponentValue({ ...what, clicks: state.clicks });
  }

  function drawSelection() {
    const { selected } = state.view;
    const shape = state.layers.shapes.byCode[selected];
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
    const size = sizeOnScreen(bounds);
    const tiny = size < SMALLEST_IN_VIEW_PX;
    if (far || tiny) {
      const closer = Math.max(CLOSER_BY_ZOOM, Math.log2((2 * SMALLEST_IN_VIEW_PX) / size));
      const zoom = state.map.getZoom() + (tiny ? closer : 0);
      state.untouched = false;
      state.map.setView(bounds.getCenter(), zoom, { animate: false });
    }
  }

  function sizeOnScreen(bounds) {
    const corner = state.map.project(bounds.getNorthWest());
    const opposite = state.map.project(bounds.getSouthEast());
    return Math.max(opposite.x - corner.x, opposite.y - corner.y);
  }

  // ---- what is in view --------------------------------------------------------------------------

  /* A new council is fitted, and where sites are chosen a new kind of place: it may be known elsewhere. A new
     colour, level or selection leaves the reader's view alone. */
  function fitToShapes(shapes) {
    const view = state.view;
    const kind = view.sites ? view.points.join() : "";
    const wanted = view.close ? view.selected : view.council + kind;
    if (state.fittedTo !== wanted) {
      state.fittedTo = wanted;
      fit(shapes);
    }
  }

  function refit() {
    if (!isReady()) {
      return;
    }
    showCredit();
    if (state.untouched) {
      fit(state.layers.shapes.layer);
    }
  }

  function fit(shapes) {
    const bounds = state.view.close ? boundsOfSelected(shapes) : boundsOf(shapes);
    if (bounds.isValid()) {
      state.map.invalidateSize();
      state.map.fitBounds(bounds, { ...FIT_PADDING, animate: false });
      state.untouched = true;
    }
  }

  function boundsOfSelected(shapes) {
    const selected = shapes.getLayers().find((shape) => shape.feature.properties.c === state.view.selected);
    return selected ? selected.getBounds().pad(AROUND_SELECTED) : boundsOf(shapes);
  }

  /* Where sites are chosen, only the areas of which something is known are looked at. */
  function boundsOf(shapes) {
    const view = state.view;
    const known = view.sites ? boundsWhere(shapes, (feature) => Style.isKnown(view, feature)) : L.latLngBounds([]);
    return known.isValid() ? known : boundsWhere(shapes, (feature) => !Style.isOutside(view, feature));
  }

  function boundsWhere(shapes, holds) {
    const bounds = L.latLngBounds([]);
    shapes.eachLayer((shape) => holds(shape.feature) && bounds.extend(shape.getBounds()));
    return bounds;
  }

  return { start, show };
})();
