"""The peer: the same choropleth as the documentation of Folium and streamlit-folium would have it written.

Its files come from our own routes, because the public hosts it names are out of reach here: without them it
would draw nothing at all. The shapes are the ones that our map draws, corner for corner.
"""

import gzip
import json
import os
from pathlib import Path

import folium
import streamlit as st
from streamlit_folium import st_folium

from geo.builds import open_build
from geo.layers import web_layers
from models.classes import offered_indicators
from views.routes import asset_address

folium.Map.default_js = [("leaflet", asset_address("leaflet.js"))]
folium.Map.default_css = [("leaflet", asset_address("leaflet.css"))]

build = open_build(Path(os.environ["ATLAS_BUILD"]))
shapes = json.loads(gzip.decompress(web_layers(build).areas.packed))
labels = {entry.id: entry.label for entry in offered_indicators(build.areas)}

indicator = st.selectbox("Indicator", list(labels), format_func=lambda key: labels[key])
values = build.areas.frame[indicator].rename_axis("c").reset_index()
west, south, east, north = build.areas.frame.to_crs(4326).total_bounds
stock = folium.Map(tiles=None)
stock.fit_bounds([(south, west), (north, east)])
folium.Choropleth(
    geo_data=shapes,
    data=values,
    columns=["c", indicator],
    key_on="feature.properties.c",
    fill_color="Purples",
    bins=5,
).add_to(stock)
# Folium draws the colour scale with d3 from a public host; the peer is spared the wait for it.
for key in [key for key in stock._children if key.startswith("choropleth")]:
    scale = next(c for c in stock._children[key]._children if c.startswith("color_map"))
    del stock._children[key]._children[scale]
st_folium(stock, key="stock", height=460, use_container_width=True, returned_objects=[])
