/*
 * Places on the map. All markers are drawn on one canvas that takes no click and no pointer: the area under a
 * marker stays what is clicked, and the places near the pointer are named beside it.
 *
 * A reader may not tell the inks apart, so each kind has a shape of its own. Large markers are drawn first, so
 * that a small one on the same spot stands on them and both are seen.
 */
window.AtlasMarkers = (function () {
  "use strict";

  const HALO_PX = 1.7;
  const REACH_PX = 3;
  const RIM_PX = 1.8;
  const DASHES_PX = [2.4, 1.6];
  const MOST_NAMED = 4;
  const SMALLEST_WITH_HALO_PX = 2.5;
  const ELSEWHERE_OPACITY = 0.4;
  const LARGE_PX = 6;
  /* Over a whole region thousands of markers would bury the map: they grow as it is enlarged. */
  const WHOLE_FROM_ZOOM = 11;
  const FAR_SCALE = 0.62;

  /* From the prototype of a marker a radius of 1, drawn and scaled: x to the right, y down. */
  const ARM = 0.4;
  const OUTLINES = {
    square: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
    up: [[0, -1.15], [1.1, 0.85], [-1.1, 0.85]],
    down: [[0, 1.15], [1.1, -0.85], [-1.1, -0.85]],
    right: [[1.15, 0], [-0.85, 1.1], [-0.85, -1.1]],
    diamond: [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]],
    cross: [
      [-ARM, -1.15], [ARM, -1.15], [ARM, -ARM], [1.15, -ARM], [1.15, ARM], [ARM, ARM],
      [ARM, 1.15], [-ARM, 1.15], [-ARM, ARM], [-1.15, ARM], [-1.15, -ARM], [-ARM, -ARM],
    ],
    pentagon: corners(5, 1.15, 1.15),
    hexagon: corners(6, 1.15, 1.15),
    star: corners(10, 1.35, 0.6),
    spark: corners(8, 1.35, 0.45),
  };

  const KINDS = {
    family_hub: { shape: "disc", ink: "orange", radius: 7 },
    school: { shape: "square", ink: "gray", radius: 3.6 },
    early_years: { shape: "star", ink: "violet", radius: 4.6 },
    library: { shape: "up", ink: "blue", radius: 5 },
    community_centre: { shape: "pentagon", ink: "yellow", radius: 5 },
    health: { shape: "cross", ink: "green", radius: 5 },
    food: { shape: "diamond", ink: "red", radius: 5 },
    youth_sport: { shape: "down", ink: "primary", radius: 5 },
    faith: { shape: "spark", ink: "gray", radius: 4.2 },
    advice: { shape: "right", ink: "violet", radius: 5 },
    green_space: { shape: "hexagon", ink: "green", radius: 4.2 },
    transport: { shape: "disc", ink: "gray", radius: 2 },
    other: { shape: "ring", ink: "gray", radius: 4 },
  };

  /* A choice of sites: what is new is numbered, and what is there today is plain beside it. */
  const SITES = {
    today: { shape: "square", ink: "plain", radius: 6 },
    chosen: { shape: "disc", ink: "primary", radius: 11 },
    tie: { shape: "disc", ink: "plain", radius: 5, hollow: true },
    closed: { shape: "square", ink: "plain", radius: 6, hollow: true },
  };
  const FONT = "600 13px 'Atlas Sans', system-ui, sans-serif";

  const INKS = {
    light: {
      halo: "#FFFFFF",
      plain: "#1C2730",
      orange: "#A84F00",
      gray: "#4B5563",
      blue: "#0B5FA5",
      green: "#1B7340",
      red: "#B3261E",
      violet: "#6A3D8A",
      yellow: "#7A5B00",
      primary: "#0B5F63",
    },
    dark: {
      halo: "#14191D",
      plain: "#E8E6E0",
      orange: "#F2A65A",
      gray: "#B6BEC6",
      blue: "#7DB7EC",
      green: "#74C893",
      red: "#F28B82",
      violet: "#C9A7DE",
      yellow: "#E4C65B",
      primary: "#6CC3BF",
    },
  };

  /* A regular figure of so many corners, every second one at the inner radius. */
  function corners(count, outer, inner) {
    return Array.from({ length: count }, function (_, position) {
      const angle = (2 * Math.PI * position) / count - Math.PI / 2;
      const radius = position % 2 ? inner : outer;
      return [radius * Math.cos(angle), radius * Math.sin(angle)];
    });
  }

  const Marker = L.CircleMarker.extend({
    _updatePath: function () {
      if (this._renderer._drawing && !this._empty()) {
        draw(this._renderer._ctx, this._point, this.options, scaleOf(this.options, this._map));
      }
    },
  });

  function scaleOf(look, map) {
    return !look.whole && map.getZoom() < WHOLE_FROM_ZOOM ? FAR_SCALE : 1;
  }

  function draw(context, point, look, scale) {
    trace(context, point, look, scale * look.radius);
    context.globalAlpha = look.alpha;
    if (look.radius >= SMALLEST_WITH_HALO_PX) {
      context.lineJoin = "round";
      context.lineWidth = 2 * HALO_PX * scale;
      context.strokeStyle = look.halo;
      context.stroke();
    }
    context.fillStyle = look.hollow ? look.halo : look.ink;
    context.fill();
    if (look.hollow) {
      context.lineWidth = Math.min(RIM_PX, look.radius / 2) * scale;
      context.strokeStyle = look.ink;
      context.setLineDash(look.dashed ? DASHES_PX : []);
      context.stroke();
      context.setLineDash([]);
    }
    if (look.text) {
      context.font = FONT;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillStyle = look.halo;
      context.fillText(look.text, point.x, point.y + 0.5);
    }
    context.globalAlpha = 1;
  }

  function trace(context, point, look, radius) {
    const outline = OUTLINES[look.shape];
    context.beginPath();
    if (outline) {
      outline.forEach(function ([x, y]) {
        context.lineTo(point.x + x * radius, point.y + y * radius);
      });
    } else {
      context.arc(point.x, point.y, radius, 0, 2 * Math.PI);
    }
    context.closePath();
  }

  /* What the page served: kinds and councils once, and each place as positions in them. */
  function read(file) {
    return file.places.map(function ([kind, council, name, detail, longitude, latitude, unconfirmed], position) {
      const [id, words] = file.kinds[kind];
      return {
        position: position,
        kind: id,
        kindWords: words,
        look: KINDS[id] || KINDS.other,
        council: file.councils[council] || "",
        name: name,
        detail: detail,
        at: L.latLng(latitude, longitude),
        unconfirmed: unconfirmed === undefined ? "" : file.unconfirmed[unconfirmed],
      };
    });
  }

  function isOurs(view, place) {
    return view.councils.includes(place.council);
  }

  /* Where a search left few of them, the view says of each place whether it is one: "1" in its position. */
  function isShown(view, place) {
    return view.points.includes(place.kind) && (!view.only || view.only[place.position] === "1");
  }

  /* The markers of the kinds that are shown, the largest first; sites stand on top of them. */
  function make(view, places, renderer) {
    const inks = view.dark ? INKS.dark : INKS.light;
    const shown = places.filter((place) => isShown(view, place));
    shown.sort((one, other) => other.look.radius - one.look.radius);
    const sites = view.sites || [];
    const markers = shown.map(function (place) {
      /* A place that nobody has confirmed lately is hollow; of a kind that is always so, it is dashed. */
      const look = view.sites ? SITES.today : place.look;
      return mark(place, look, inks, renderer, {
        hollow: look.shape === "ring" || place.unconfirmed !== "",
        dashed: look.shape === "ring" && place.unconfirmed !== "",
        alpha: isOurs(view, place) ? 1 : ELSEWHERE_OPACITY,
      });
    });
    const siteMarkers = sites.map(function (site) {
      const look = SITES[site.look];
      const words = { kindWords: site.words, detail: "", unconfirmed: "" };
      const place = { site: site.id, name: site.name, at: L.latLng(site.at), ...words };
      return mark(place, look, inks, renderer, {
        hollow: look.hollow === true,
        dashed: false,
        alpha: 1,
        text: site.text,
        whole: true,
      });
    });
    return [...markers, ...siteMarkers];
  }

  function mark(place, look, inks, renderer, more) {
    const marker = new Marker(place.at, {
      ...renderer,
      interactive: false,
      weight: HALO_PX,
      shape: look.shape,
      radius: look.radius,
      ink: inks[look.ink],
      halo: inks.halo,
      ...more,
    });
    marker.place = place;
    return marker;
  }

  /* The places under a point of the frame, the nearest first: on one site there are often several. */
  function under(map, markers, point) {
    const at = map.containerPointToLayerPoint(point);
    const found = [];
    markers.forEach(function (marker) {
      const scale = scaleOf(marker.options, map);
      const apart = marker._point ? marker._point.distanceTo(at) : Infinity;
      if (apart <= marker.options.radius * scale + REACH_PX) {
        found.push({ place: marker.place, apart: apart });
      }
    });
    return found.sort((one, other) => one.apart - other.apart).map(({ place }) => place);
  }

  /* Names come from files that others wrote, so they are set as text and never as HTML. */
  function describe(places) {
    const element = document.createElement("div");
    places.slice(0, MOST_NAMED).forEach(function (place) {
      const name = document.createElement("b");
      name.textContent = place.name;
      const kind = document.createElement("div");
      const same = place.detail.toLowerCase() === place.kindWords.toLowerCase();
      const detail = same ? "" : place.detail;
      kind.textContent = [place.kindWords, detail, place.unconfirmed].filter(Boolean).join(" · ");
      element.append(name, kind);
    });
    const more = places.length - MOST_NAMED;
    if (more > 0) {
      element.append(document.createTextNode("and " + more + " more here"));
    }
    return element;
  }

  /* What a label must not be written over: the large markers. */
  function boxes(map, markers) {
    const frame = map.getContainer().getBoundingClientRect();
    return markers
      .filter((marker) => marker.options.radius >= LARGE_PX)
      .map(function (marker) {
        const at = map.latLngToContainerPoint(marker.getLatLng());
        const reach = marker.options.radius;
        return {
          left: frame.left + at.x - reach,
          right: frame.left + at.x + reach,
          top: frame.top + at.y - reach,
          bottom: frame.top + at.y + reach,
        };
      });
  }

  return { read, make, under, describe, boxes };
})();
