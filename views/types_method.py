"""How types were made, in words."""

from typing import Final

from models.composite_columns import columns_of as columns_of

METHOD: Final = (
    "Types: each composite by its inverse hyperbolic sine, brought to one range, and k-means with many "
    "starts. Whether there are kinds of place is told by the gap statistic against a normal cloud with the "
    "same covariance; how many types, by how surely they come out again among fresh draws of areas (adjusted "
    "Rand index). The silhouette never decides. Letters "
    "go by need, A the highest, and stay with their types once these are kept."
)
RULES: Final = (
    "Ways of working: the first rule that fits an area. The rules stand in data/operating_models.toml "
    "and can be edited."
)
