/*
 * Which layers a view needs, and those that the browser has: each is fetched and made once, when a view first
 * needs it, and only taken off the map when another takes its place.
 */
window.AtlasLayers = (function () {
  "use strict";

  const SHAPES_OF = { area: "areas", ward: "wards", locality: "localities", council: "councils", region: "regions" };
  const WITHOUT_WARDS = ["council", "region"];
  const NOTHING = { url: "", content: { type: "FeatureCollection", features: [] } };

  const fetched = {};
  const made = new Map();

  /* The addresses by role. A view may name layers of its own; an empty address stands for no shapes. */
  function urlsFor(view, urls) {
    const at = { ...urls, ...view.layers };
    return {
      shapes: at[SHAPES_OF[view.level]],
      wards: WITHOUT_WARDS.includes(view.level) ? "" : at.wards,
      councils: at.councils,
      green: at.green,
      places: at.places,
    };
  }

  function fetchAll(wanted) {
    const roles = Object.keys(wanted);
    return Promise.all(roles.map((role) => fetchOnce(wanted[role]))).then(function (files) {
      return Object.fromEntries(roles.map((role, position) => [role, files[position]]));
    });
  }

  function fetchOnce(url) {
    if (!url) {
      return Promise.resolve(NOTHING);
    }
    if (!fetched[url]) {
      fetched[url] = fetchShapes(url);
      /* What failed is asked for again the next time. */
      fetched[url].catch(() => delete fetched[url]);
    }
    return fetched[url];
  }

  function fetchShapes(url) {
    return fetch(url)
      .then(function (response) {
        if (!response.ok) {
          throw new Error(url + " answered " + response.status);
        }
        return response.json();
      })
      .then((content) => ({ url, content }));
  }

  /* One layer for each file and role: the outlines of councils are filled shapes at one level, lines at others. */
  function once(file, role, make) {
    const key = role + " " + file.url;
    if (!made.has(key)) {
      made.set(key, make(file.content));
    }
    return made.get(key);
  }

  function swap(map, before, after) {
    const old = Object.values(before || {});
    const now = Object.values(after);
    old.filter((one) => !now.includes(one)).forEach((one) => onMap(one, (layer) => layer.remove()));
    now.filter((one) => !old.includes(one)).forEach((one) => onMap(one, (layer) => layer.addTo(map)));
  }

  function onMap(one, put) {
    [one.layer, ...one.labels.map((label) => label.marker)].filter(Boolean).forEach(put);
  }

  return { urlsFor, fetchAll, once, swap };
})();
