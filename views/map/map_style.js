/*
 * How the shapes and lines of the map look: inks, widths by zoom, hatch for suppressed, dots for missing.
 * Every function takes the view, so that nothing here has to remember anything but the patterns it drew.
 */
window.AtlasStyle = (function () {
  "use strict";

  const SUPPRESSED = "s";
  const MISSING = "m";
  const OUTSIDE = ".";
  const AREA_LINES_FROM_ZOOM = 9.5;
  const WARD_LINES_FROM_ZOOM = 10.5;
  /* Where a style changes: between two of these all shapes keep their lines. */
  const BANDS = [7.5, 9, AREA_LINES_FROM_ZOOM, WARD_LINES_FROM_ZOOM, 11, 13];

  const INKS = {
    light: {
      areaLine: "#FFFFFF",
      outsideFill: "#FBFAF6",
      outsideLine: "#DDD9CF",
      wardLine: "#3D4852",
      councilLine: "#1C2730",
      green: "#DCE7D6",
      greenLine: "#A9C09F",
      halo: "#FFFFFF",
      selected: "#1C2730",
      patternPaper: "#F7F6F2",
      patternInk: "#7E858B",
    },
    dark: {
      areaLine: "#14191D",
      outsideFill: "#1C2328",
      outsideLine: "#39434A",
      wardLine: "#C3C8CB",
      councilLine: "#E8E6E0",
      green: "#24332B",
      greenLine: "#3A5144",
      halo: "#14191D",
      selected: "#F2C94C",
      patternPaper: "#262E33",
      patternInk: "#7B868D",
    },
  };

  const patterns = {};

  function inksOf(view) {
    return view.dark ? INKS.dark : INKS.light;
  }

  /* A shape that the page says nothing of has no data: it is never drawn as if it had a value. */
  function classOf(view, feature) {
    return view.classes[feature.position] || MISSING;
  }

  function isOutside(view, feature) {
    return classOf(view, feature) === OUTSIDE;
  }

  function isKnown(view, feature) {
    return ![OUTSIDE, MISSING].includes(classOf(view, feature));
  }

  function isOurs(view, council) {
    return view.councils.includes(council);
  }

  function byZoom(zoom, far, middle, near) {
    if (zoom < 11) {
      return far;
    }
    return zoom < 13 ? middle : near;
  }

  function band(zoom) {
    return BANDS.filter((from) => zoom >= from).length;
  }

  function shape(view, zoom, feature) {
    const inks = inksOf(view);
    return {
      fillColor: fillOf(view, classOf(view, feature)),
      fillOpacity: 1,
      color: isOutside(view, feature) ? inks.outsideLine : inks.areaLine,
      opacity: 0.6,
      weight: zoom < AREA_LINES_FROM_ZOOM ? 0 : byZoom(zoom, 0.4, 0.7, 1.1),
      ...(view.level === "region" ? regionLine(view, zoom) : {}),
    };
  }

  function regionLine(view, zoom) {
    return { color: inksOf(view).councilLine, opacity: 1, weight: byZoom(zoom, 1.6, 2.4, 3) };
  }

  function fillOf(view, key) {
    if (key === OUTSIDE) {
      return inksOf(view).outsideFill;
    }
    if (key === SUPPRESSED || key === MISSING) {
      return patternOf(key, inksOf(view));
    }
    const [fill, stripes] = view.palette[parseInt(key, 36)].split("/");
    return stripes ? stripedOf(fill, stripes) : fill;
  }

  /* Nobody lives in a park: it is cut out of the classes, and makes a place recognisable. */
  function green(view, zoom) {
    const inks = inksOf(view);
    return {
      fillColor: inks.green,
      fillOpacity: 1,
      color: inks.greenLine,
      opacity: 1,
      weight: zoom < AREA_LINES_FROM_ZOOM ? 0 : byZoom(zoom, 0.3, 0.6, 0.8),
    };
  }

  /* Over the small areas of a whole region ward lines would be a net: they come in as it is enlarged. */
  function wardLine(view, zoom, feature) {
    const hidden = view.level !== "ward" && zoom < WARD_LINES_FROM_ZOOM && view.councils.length > 1;
    return {
      fill: false,
      color: inksOf(view).wardLine,
      opacity: isOurs(view, feature.properties.l) ? 0.75 : 0.2,
      weight: hidden ? 0 : byZoom(zoom, 0.7, 1.1, 1.8),
    };
  }

  /* The councils of a whole country stand close together: their lines grow as it is enlarged. */
  function councilLine(view, zoom, feature) {
    const ours = isOurs(view, feature.properties.c);
    const strong = ours && view.level !== "region";
    const far = zoom < 7.5 ? 0.5 : zoom < 9 ? 0.9 : 1.6;
    return {
      fill: false,
      color: inksOf(view).councilLine,
      opacity: strong ? (zoom < 7.5 ? 0.55 : 1) : 0.35,
      weight: strong ? byZoom(zoom, far, 2.4, 3) : Math.min(far, 0.8),
    };
  }

  /* A dark line on a pale one is seen on every class, and so is the reverse. */
  function selectionLines(view) {
    const inks = inksOf(view);
    return [
      { fill: false, color: inks.halo, weight: 6 },
      { fill: false, color: inks.selected, weight: 3 },
    ];
  }

  function patternOf(key, inks) {
    const name = key + inks.patternInk;
    patterns[name] = patterns[name] || makePattern(key === SUPPRESSED ? drawHatch : drawDots, inks);
    return patterns[name];
  }

  /* What lies between two classes has the colour of the nearer, with stripes. */
  function stripedOf(fill, stripes) {
    const name = fill + stripes;
    const inks = { patternPaper: fill, patternInk: stripes };
    patterns[name] = patterns[name] || makePattern(drawStripes, inks);
    return patterns[name];
  }

  function makePattern(draw, inks) {
    const tile = document.createElement("canvas");
    tile.width = 6;
    tile.height = 6;
    const context = tile.getContext("2d");
    context.fillStyle = inks.patternPaper;
    context.fillRect(0, 0, 6, 6);
    context.fillStyle = inks.patternInk;
    context.strokeStyle = inks.patternInk;
    context.lineWidth = 1.1;
    draw(context);
    return context.createPattern(tile, "repeat");
  }

  function drawHatch(context) {
    const lines = [[0, 6, 6, 0], [-1, 1, 1, -1], [5, 7, 7, 5]];
    context.beginPath();
    lines.forEach(function ([fromX, fromY, toX, toY]) {
      context.moveTo(fromX, fromY);
      context.lineTo(toX, toY);
    });
    context.stroke();
  }

  function drawStripes(context) {
    context.lineWidth = 2;
    drawHatch(context);
  }

  function drawDots(context) {
    [1.5, 4.5].forEach(function (at) {
      context.beginPath();
      context.arc(at, at, 0.9, 0, 2 * Math.PI);
      context.fill();
    });
  }

  return { band, classOf, isKnown, isOurs, isOutside, shape, green, wardLine, councilLine, selectionLines };
})();
