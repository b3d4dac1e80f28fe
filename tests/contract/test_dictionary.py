"""The dictionary of indicators and the catalogue of sources are sound, and the readers keep to them."""

from data.indicators import Kind, indicators
from data.provenance import catalogue
from data.sources.population import BANDS

PREFIXES = ("need_", "pop_", "demand_", "asset_", "access_")


def test_ids_say_what_they_hold() -> None:
    assert all(name.startswith(PREFIXES) for name in indicators())


def test_every_indicator_is_explained() -> None:
    for entry in indicators().values():
        assert entry.label
        assert entry.meaning
        assert entry.unit
        assert entry.polarity in {"high_is_worse", "low_is_worse", "neutral"}


def test_labels_are_told_apart() -> None:
    labels = [entry.label for entry in indicators().values()]
    assert len(labels) == len(set(labels))


def test_every_denominator_is_a_count_in_the_dictionary() -> None:
    named = {entry.denominator for entry in indicators().values() if entry.denominator}
    assert named
    assert all(indicators()[name].kind is Kind.COUNT for name in named)


def test_employment_and_idaci_have_their_own_denominators() -> None:
    wanted = {"employment": "pop_iod_working_age", "idaci": "pop_iod_0_15", "idaopi": "pop_iod_60_plus"}
    for index, denominator in wanted.items():
        assert indicators()[f"need_{index}_score"].denominator == denominator
    assert indicators()["need_imd_score"].denominator == "pop_iod_total"


def test_every_population_column_is_in_the_dictionary() -> None:
    assert set(BANDS) <= set(indicators())


def test_the_catalogue_gives_publisher_licence_and_attribution() -> None:
    for entry in catalogue().values():
        assert entry.title
        assert entry.publisher
        assert entry.licence
        if "Not stated" not in entry.publisher and entry.id != "referrals":
            assert entry.attribution
            assert entry.url.startswith("https://")


def test_what_no_file_states_is_not_made_up() -> None:
    unknown = [entry for entry in catalogue().values() if "Not stated" in entry.publisher]
    assert unknown
    assert all("check before you publish" in entry.licence and not entry.attribution for entry in unknown)
