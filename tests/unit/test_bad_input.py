"""A bad file is named with what is wrong and what to do, and does not stop a build that can do without."""

import gzip
import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import places
import pytest
import shapely

from data.errors import AtlasError, SourceError
from data.folder import read_folder
from geo.build_folder import build_folder
from geo.builds import open_build
from geo.check import check_folder

GOOD = places.indices(places.small_areas())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return places.simple_folder(tmp_path / "elmshire")


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_MAX_UNPACKED_MB", "1")
    monkeypatch.setenv("ATLAS_MAX_FILE_MB", "2")


def workbook() -> bytes:
    content = io.BytesIO()
    GOOD.to_excel(content, index=False)
    return content.getvalue()


def zipped(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def damaged_inside() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as source, zipfile.ZipFile(out, "w") as target:
        for item in source.infolist():
            content = source.read(item)
            target.writestr(
                item.filename, content[: len(content) // 2] if "sheet1" in item.filename else content
            )
    return out.getvalue()


def csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode()


def parquet(tmp: bytes = b"") -> bytes:
    out = io.BytesIO()
    places.boundary_layer(places.small_areas()).to_parquet(out)
    return out.getvalue() + tmp


def geojson(crs: str = "EPSG:4326") -> bytes:
    return places.boundary_layer(places.small_areas()).to_crs(crs).to_json().encode()


def shops(**columns: object) -> bytes:
    """A list of places under a header of our choice."""
    names = [f"Hill {n} Library" for n in range(6)]
    return csv(pd.DataFrame({"name": names, "type": "Library", **columns}))


def swapped_shops() -> bytes:
    return shops(lon=[54.9] * 3 + [-1.5] * 3, lat=[-1.5] * 3 + [54.9] * 3)


def layer_of(*shapes: shapely.Geometry, **columns: object) -> bytes:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=places.CRS).to_crs(4326).to_json().encode()


def squares(count: int, apart: float = 5_000.0) -> list[shapely.Geometry]:
    return [shapely.box(430_000 + n * apart, 560_000, 430_200 + n * apart, 560_200) for n in range(count)]


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "is empty"),
    "blank": (lambda: b"\r\n \r\n,,,\r\n", "holds no rows"),
    "binary": (lambda: bytes(range(256)) * 20, "binary"),
    "header without rows": (lambda: csv(GOOD.head(0)), "no rows below"),
    "web page": (lambda: b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
    "json": (lambda: b'[{"code": "E01000001"}]', "JSON"),
    "half a gzip": (lambda: gzip.compress(csv(GOOD))[:-2000], "damaged gzip"),
    "spoilt gzip": (lambda: gzip.compress(csv(GOOD))[:400] + b"\xff" * 400, "damaged gzip"),
    "gzip of nothing": (lambda: gzip.compress(b""), "holds no rows"),
    "half a workbook": (lambda: workbook()[:-3000], "damaged zip"),
    "spoilt workbook": (damaged_inside, "cannot be opened as a workbook"),
    "old workbook": (lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "cannot be opened as a workbook"),
    "zip of a table": (
        lambda: zipped("inside.csv", csv(GOOD)),
        "is a zip file, not a table; in it: inside.csv",
    ),
    "half a geojson": (lambda: geojson()[:-1000], "cannot be read as a layer"),
    "half a parquet": (lambda: parquet()[:-40], "damaged Parquet"),
    "spoilt parquet": (
        lambda: parquet()[:100] + b"\xff" * 400 + parquet()[500:],
        "cannot be read as a layer",
    ),
    "half a geopackage": (lambda: b"SQLite format 3\x00" + b"\0" * 200, "cannot be read as a layer"),
    "half a shapefile": (lambda: b"\x00\x00\x27\x0a" + b"\0" * 200, "cannot be read as a layer"),
    "endless quotation": (lambda: b'code,name\nE01000001,"' + b"x" * 11_000_000, "cannot be read as a table"),
    "scottish": (lambda: csv(GOOD.replace({r"^E01": "S01"}, regex=True)), "a table that no reader knows"),
    "abroad": (lambda: geojson().replace(b"-1.5", b"17.5"), "not in Great Britain"),
    "swapped": (lambda: swapped(), "latitude before longitude"),
    "rank out of range": (lambda: csv(GOOD.assign(**{RANK: 40_000})), "outside their range"),
    "mixed editions": (lambda: csv(GOOD.rename(columns={NAME: "LSOA code (2011)"})), "mixes editions"),
    "xml": (lambda: b'<?xml version="1.0"?><kml><Placemark/></kml>', "is XML"),
    "pdf": (lambda: b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", "is a PDF"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0\1\2" * 90, "binary"),
    "letters of a script": (lambda: "имя;возраст\nИван;7\n".encode("utf-16"), "a table that no reader knows"),
    "wrong encoding": (lambda: csv(GOOD.head(0)) + b"\xff\xfe\xfa,\x81\n", "a table that no reader knows"),
    "no names of columns": (lambda: b",,,\n1,2,3,4\n5,6,7,8\n", "a table that no reader knows"),
    "words": (lambda: b"Ask Jo about these files.\n" * 9, "a table that no reader knows"),
    "one column": (lambda: b"code\n" + b"E01020001\n" * 9, "a table that no reader knows"),
    "polygons without names or codes": (lambda: layer_of(*squares(5)), "a layer of shapes that is not"),
    "lines": (
        lambda: layer_of(*[shapely.LineString(s.exterior) for s in squares(5)], name=list("abcde")),
        "a layer of shapes that is not",
    ),
    "words for postcodes": (lambda: shops(postcode="ask the office"), "a table that no reader knows"),
    "places without a place": (lambda: shops(opens="9 am"), "a table that no reader knows"),
    "a zip of zips": (lambda: zipped("inside.zip", zipped("a.csv", csv(GOOD))), "in it: inside.zip"),
    "a parquet of no shapes": (lambda: plain_parquet(), "without shapes"),
    "small areas of 2031": (
        lambda: places.boundary_layer(places.small_areas(), "LSOA31CD", "LSOA31NM").to_json().encode(),
        "which are not read",
    ),
    "a locked workbook": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") * 60,
        "cannot be opened as a workbook",
    ),
    "an array of numbers": (lambda: b"[[1, 2], [3, 4]]", "is JSON"),
    "another edition": (
        lambda: csv(GOOD.rename(columns=lambda c: c.replace("(2024)", "(2013)"))),
        "is not read",
    ),
}
SET_ASIDE: dict[str, tuple[Callable[[], bytes], str]] = {
    "records of children": (
        lambda: b"Child Unique ID,Date of Birth,Home postcode\n1,2019-01-01,ZE1 1AA\n2,2018-01-01,ZE1 1AB\n",
        "records of children",
    ),
    "charities": (
        lambda: csv(
            pd.DataFrame(
                {
                    "registered_charity_number": range(100_000, 100_006),
                    "charity_name": [f"Help {n}" for n in range(6)],
                    "charity_activities": "Helping",
                    "charity_contact_postcode": "ZE1 1AA",
                }
            )
        ),
        "home",
    ),
    "indices of 2011 areas": (
        lambda: csv(places.indices(places.small_areas("2011"), "2019")),
        "it is on LSOA 2011, the build on LSOA 2021",
    ),
    "wards of elsewhere": (
        lambda: (
            places.outline_layer(places.small_areas(), "ward", "WD25CD")
            .assign(WD25CD=lambda f: f["WD25CD"].str.replace("E05009", "E05777"))
            .to_json()
            .encode()
        ),
        "it holds none of the codes of the build",
    ),
    "localities of elsewhere": (
        lambda: layer_of(
            *[shapely.box(300_000 + n * 2_000, 300_000, 302_000 + n * 2_000, 304_000) for n in range(3)],
            name=["A", "B", "C"],
        ),
        "no small area of the build lies in it",
    ),
    "population of wards": (
        lambda: csv(
            places.population(places.small_areas())
            .rename(columns={"LSOA 2021 Code": "Ward code"})
            .assign(**{"Ward code": [f"E0500{n:04}" for n in range(24)]})
        ),
        "its rows are wards",
    ),
    "figures over time of another council": (
        lambda: (
            b"month,la_code,la_name,referrals\n"
            + b"".join(b"2025-%02d,E06000777,Far,%d\n" % (m, m) for m in range(1, 13))
        ),
        "it holds no council of the build",
    ),
}
"""Files that are recognised and of no use here: each is set aside by name, with the reason."""

REJECTED: dict[str, tuple[Callable[[], bytes], str, int]] = {
    "places at the origin": (lambda: shops(easting=0, northing=0), "", 6),
    "places abroad": (lambda: shops(lon=[2.35] * 6, lat=[48.85] * 6), "", 6),
    "unknown postcodes": (lambda: shops(postcode="ZE9 9ZZ"), "in no source", 6),
    "postcodes of Northern Ireland": (lambda: shops(postcode="BT1 1AA"), "in Northern Ireland", 6),
    "half of the places without a place": (
        lambda: shops(lon=[-1.53, None] * 3, lat=[54.93, None] * 3),
        "",
        3,
    ),
    "a refuge": (
        lambda: shops(lon=-1.53, lat=54.93).replace(b"Hill 3 Library", b"Hill Refuge"),
        "confidential",
        1,
    ),
    "codes that stand twice": (
        lambda: csv(
            pd.concat(
                [GOOD[["LSOA code (2021)"]].assign(trees=range(24)), GOOD[["LSOA code (2021)"]].head(2)]
            )
            .fillna(99)
            .rename(columns={"LSOA code (2021)": "LSOA21CD"})
        ),
        "stands twice",
        4,
    ),
    "codes of Scotland among ours": (
        lambda: csv(
            pd.DataFrame({"LSOA21CD": GOOD.iloc[:, 0], "trees": range(24)}).replace(
                {"E01020003": "S01000003"}
            )
        ),
        "not a small area code",
        1,
    ),
}
"""Files of which some rows cannot be used: each row is listed with the reason."""

NOTED: dict[str, tuple[Callable[[], bytes], str]] = {
    "swapped places": (
        lambda: shops(lon=[54.93] * 6, lat=[-1.53] * 6),
        "swapped",
    ),
    "degrees declared as metres": (
        lambda: shops(easting=[-1.53] * 6, northing=[54.93] * 6),
        "longitude and latitude",
    ),
    "words among numbers": (
        lambda: csv(
            pd.DataFrame(
                {"LSOA21CD": GOOD.iloc[:, 0], "tree cover rate": ["12.5"] * 20 + ["c", "c", "x", "*"]}
            )
        ),
        "4 cells are not numbers and count as missing",
    ),
}
"""Files that are used with a note of what was mended or left out."""

RANK = "Income Rank (where 1 is most deprived)"
NAME = "LSOA name (2021)"


def plain_parquet() -> bytes:
    out = io.BytesIO()
    GOOD.to_parquet(out)
    return out.getvalue()


def swapped() -> bytes:
    layer = places.boundary_layer(places.small_areas()).to_crs("EPSG:4326")
    turned = shapely.transform(layer.geometry.to_numpy(), lambda a: a[:, ::-1])
    return layer.set_geometry(turned, crs="EPSG:4326").to_json().encode()


@pytest.fixture(scope="module")
def beside_all(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What is said of Elmshire's sound files beside all bad ones at once."""
    folder = places.simple_folder(tmp_path_factory.mktemp("bad") / "elmshire")
    for name, (content, _) in BAD.items():
        (folder / f"{name}.dat").write_bytes(content())
    return check_folder(folder)


def test_a_build_does_without_bad_files(beside_all: dict[str, Any]) -> None:
    assert beside_all["refused"] is None
    assert beside_all["columns"]["need_imd_rank"] == "file7.csv"
    assert not any("have no value" in words for words in beside_all["missing"])
    assert {file["path"] for file in beside_all["files"]} == {"areas.geojson", "file7.csv", "lookup.csv"}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_named_with_what_is_wrong_and_what_to_do(beside_all: dict[str, Any], name: str) -> None:
    (entry,) = [unknown for unknown in beside_all["unknown"] if unknown["path"] == f"{name}.dat"]
    assert BAD[name][1] in entry["reason"]
    assert entry["hint"]


def entry_of(report: dict[str, Any]) -> dict[str, Any]:
    (entry,) = [f for f in report["files"] if f["path"] == "bad file.dat"]
    return entry


@pytest.mark.parametrize("name", SET_ASIDE)
def test_a_file_of_no_use_is_set_aside_by_name(folder: Path, name: str) -> None:
    content, says = SET_ASIDE[name]
    (folder / "bad file.dat").write_bytes(content())
    report = build_folder(folder, folder.parent / "out").report
    assert not entry_of(report)["used"]
    (aside,) = [a for a in report["set_aside"] if a["path"] == "bad file.dat"]
    assert says in aside["reason"]


@pytest.mark.parametrize("name", REJECTED)
def test_rows_that_cannot_be_used_are_listed_with_the_reason(folder: Path, name: str) -> None:
    content, says, count = REJECTED[name]
    (folder / "bad file.dat").write_bytes(content())
    report = build_folder(folder, folder.parent / "out").report
    rows = [r for r in report["rejected_rows"] if r["file"] == "bad file.dat"]
    assert len(rows) == count
    assert all(says in r["reason"] and r["reason"] for r in rows)


@pytest.mark.parametrize("name", NOTED)
def test_what_was_mended_is_said(folder: Path, name: str) -> None:
    content, says = NOTED[name]
    (folder / "bad file.dat").write_bytes(content())
    entry = entry_of(build_folder(folder, folder.parent / "out").report)
    assert entry["used"]
    assert any(says in note for note in entry["notes"]), entry["notes"]


def test_there_are_fifty_bad_inputs() -> None:
    assert len(BAD) + len(SET_ASIDE) + len(REJECTED) + len(NOTED) >= 50


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_alone_is_refused_by_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "bad file.dat").write_bytes(BAD[name][0]())
    with pytest.raises(AtlasError, match=r"bad file\.dat"):
        build_folder(tmp_path, tmp_path.parent / "out")


def test_random_damage_never_ends_in_a_traceback(tmp_path: Path) -> None:
    made = random.Random(5)
    whole = [
        workbook(),
        gzip.compress(csv(GOOD), mtime=0),
        csv(GOOD),
        geojson(),
        parquet(),
        zipped("a.shp", b"x" * 99),
    ]
    for n in range(60):
        content = bytearray(whole[n % len(whole)])
        for _ in range(made.randint(1, 20)):
            start = made.randrange(len(content))
            content[start : start + made.randint(1, 60)] = made.randbytes(made.randint(0, 60))
        (tmp_path / f"damaged {n}").write_bytes(bytes(content))
    folder = read_folder(tmp_path)
    seen = {s.path.name for s in folder.sources} | {u.path.name for u in folder.unplaced}
    assert seen == {f"damaged {n}" for n in range(60)}


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize("kind", ["gzip", "workbook", "shapefile"])
def test_a_file_that_unpacks_beyond_the_limit_is_refused(folder: Path, kind: str) -> None:
    bomb = b"0" * 3_000_000
    content = {
        "gzip": lambda: gzip.compress(bomb),
        "workbook": lambda: zipped("[Content_Types].xml", bomb),
        "shapefile": lambda: zipped("a.shp", bomb),
    }[kind]()
    assert len(content) < 10_000
    (folder / "bomb").write_bytes(content)
    (unplaced,) = read_folder(folder).unplaced
    assert "unpacks to" in unplaced.reason
    assert "ATLAS_MAX_UNPACKED_MB" in unplaced.hint


@pytest.mark.usefixtures("small_limits")
def test_a_file_beyond_the_size_limit_is_not_read(folder: Path) -> None:
    (folder / "large.csv").write_bytes(b"1,2\n" * 600_000)
    (unplaced,) = read_folder(folder).unplaced
    assert (unplaced.path.name, unplaced.reason) == ("large.csv", "larger than 2 MB")


def test_codes_that_stand_twice_with_other_values_are_rejected_and_reported(folder: Path) -> None:
    clash = GOOD.iloc[[2]].assign(**{"Income Score (rate)": 0.999})
    pd.concat([GOOD, clash, GOOD.iloc[[5]]]).to_csv(folder / "file7.csv", index=False)
    build = build_folder(folder, folder.parent / "out")
    rejected = build.report["rejected_rows"]
    assert build.report["rejected"] == len(rejected) == 2
    assert {(r["file"], r["row"]) for r in rejected} == {("file7.csv", 3), ("file7.csv", 25)}
    missing = build.areas.frame.index[build.areas.frame["need_income_score"].isna()]
    assert missing.tolist() == [GOOD.iloc[2, 0]]


def test_a_spoilt_layer_does_not_hide_the_sound_ones_beside_it(tmp_path: Path) -> None:
    layer = places.boundary_layer(places.small_areas())
    package = tmp_path / "both.gpkg"
    layer.to_file(package, layer="sound")
    abroad = layer.set_geometry(layer.geometry.translate(xoff=9e6))
    abroad.to_file(package, layer="abroad")
    folder = read_folder(tmp_path)
    assert [s.part for s in folder.sources] == ["sound"]
    assert ["not in Great Britain" in u.reason for u in folder.unplaced] == [True]


def test_a_file_that_cannot_be_opened_is_listed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def refuse(self: Path, *args: object, **kwargs: object) -> object:
        if self.name == "file7.csv":
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    (unplaced,) = read_folder(folder).unplaced
    assert (unplaced.path.name, unplaced.reason) == ("file7.csv", "it cannot be opened: Permission denied")


@pytest.mark.parametrize("name", [".hidden.csv", "~$open.xlsx", "__MACOSX/a.csv"])
def test_files_that_are_nobodys_data_are_passed_over(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"\0\1\2")
    assert read_folder(folder).unplaced == []


def test_a_wrong_place_toml_stops_the_build_and_leaves_the_earlier_one(folder: Path) -> None:
    before = build_folder(folder, folder.parent / "out")
    (folder / "place.toml").write_text("council = 'Oakmere'\n[files.'file7.csv']\nkind = 'asets'\n")
    with pytest.raises(SourceError, match=r"place\.toml .*Line 3: .*asets.*assets"):
        build_folder(folder, folder.parent / "out")
    assert open_build(before.path).report["made"] == before.report["made"]


def test_points_without_postcodes_do_not_stop_the_folder(folder: Path) -> None:
    rows = "".join(f",{n},52.1,-1.2\n" for n in range(60))
    (folder / "points.csv").write_text("pcd,n,lat,long\n" + rows)
    (unplaced,) = read_folder(folder).unplaced
    assert unplaced.reason == "a table that no reader knows"


def test_a_fault_that_no_reader_foresaw_is_listed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(table: object) -> None:
        raise KeyError("odd column")

    monkeypatch.setattr("data.folder.TABLE_READERS", (stumble,))
    found = read_folder(folder)
    assert {s.path.name for s in found.sources} == {"areas.geojson"}
    assert {u.reason for u in found.unplaced} == {"it could not be read: KeyError"}
    assert all(u.hint for u in found.unplaced)


def test_sheets_and_layers_beside_one_that_is_read_are_listed(folder: Path) -> None:
    other = pd.DataFrame({"school": ["a", "b"], "pupils": [1, 2], "places": [3, 4]})
    words = pd.DataFrame({"Notes": ["Ask Jo", "or Sam"]})
    places.write_workbook(
        folder / "two.xlsx", {"Notes": ([], words), "IoD": ([], GOOD), "Schools": ([], other)}
    )
    package = folder / "two.gpkg"
    layer = places.boundary_layer(places.small_areas())
    layer.to_file(package, layer="areas")
    layer[["geometry"]].assign(beds=4).set_geometry(layer.centroid).to_file(package, layer="clinics")
    reasons = {(u.path.name, u.reason) for u in read_folder(folder).unplaced}
    assert reasons == {
        ("two.xlsx", "the sheet Schools is one that no reader knows"),
        ("two.gpkg", "the layer clinics is not areas, localities, places or roads"),
    }


def test_a_rejected_row_is_numbered_by_its_place_in_the_file(folder: Path) -> None:
    lines = csv(GOOD).decode().splitlines()
    spoilt = lines[5].replace(GOOD.iloc[4, 0], "nowhere")
    (folder / "file7.csv").write_text("\n".join([*lines[:3], "", ",,", *lines[3:5], spoilt, *lines[6:]]))
    rejected = build_folder(folder, folder.parent / "out").report["rejected_rows"]
    assert [r["row"] for r in rejected] == [7]


def test_a_refused_folder_is_described_as_an_accepted_one(folder: Path) -> None:
    (accepted,) = [f for f in check_folder(folder)["files"] if f["path"] == "file7.csv"]
    (folder / "areas.geojson").unlink()
    report = check_folder(folder)
    (refused,) = [f for f in report["files"] if f["path"] == "file7.csv"]
    assert report["refused"]
    assert list(refused) == list(accepted)
    assert (refused["sha256"], refused["edition"]) == (accepted["sha256"], "2025")
    assert set(accepted["notes"]) <= set(refused["notes"])
    assert refused["notes"]


def test_what_is_left_over_names_the_nearest_layout(folder: Path) -> None:
    (folder / "near.csv").write_text("LSOA code,LSOA name,IMD rank,IMD decile\nx,y,1,2\n")
    (folder / "far.csv").write_text("colour,taste\nred,sweet\n")
    (folder / "notes.txt").write_text("Ask Jo about these files\nand the others\n")
    hints = {u.path.name: u.hint for u in read_folder(folder).unplaced}
    assert "nearest known layout is the Indices of Deprivation" in hints["near.csv"]
    assert "No known layout is near" in hints["far.csv"]
    assert "looks like text" in hints["notes.txt"]


@pytest.mark.parametrize("make", [Path.touch, Path.mkdir])
def test_a_folder_that_is_none_or_empty_is_refused(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "place")
    with pytest.raises(SourceError, match=r"place (is not a folder|holds no files)"):
        read_folder(tmp_path / "place")


def test_boundaries_alone_are_refused(folder: Path) -> None:
    (folder / "file7.csv").unlink()
    with pytest.raises(AtlasError, match="boundaries but no indicator") as refused:
        build_folder(folder, folder.parent / "out")
    assert "File 7" in (refused.value.hint or "")
