"""Space: boundaries, crosswalks, the area table, builds and map layers."""
