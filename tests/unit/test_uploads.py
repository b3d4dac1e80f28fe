"""An upload is recognised without being kept, and records of children never touch the disk."""

import asyncio
import gzip
import io
import tempfile
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartParser

import views.upload_panel  # noqa: F401  (importing it keeps uploads in memory)
from data.sources.base import SourceKind
from data.uploads import add_to_folder, recognise_upload, safe_name
from tests import places

CHILDREN = "Child Unique ID,Gender,Date of birth,Date of referral\n17,1,2011-02-03,2024-01-02\n"
LOOKUP = places.lookup(places.small_areas()).to_csv(index=False).encode()


@pytest.fixture
def no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail when anything is written."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("something was written")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    monkeypatch.setattr(Path, "write_text", refuse)
    for name in ("mkdtemp", "mkstemp", "NamedTemporaryFile", "TemporaryFile", "TemporaryDirectory"):
        monkeypatch.setattr(tempfile, name, refuse)


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


def workbook(text: str) -> bytes:
    buffer = io.BytesIO()
    pd.read_csv(io.StringIO(text)).to_excel(buffer, index=False)
    return buffer.getvalue()


def layer_of_children() -> bytes:
    frame = pd.read_csv(io.StringIO(CHILDREN)).astype(str)
    return gpd.GeoDataFrame(frame, geometry=[shapely.Point(-2.2, 53.4)], crs="EPSG:4326").to_json().encode()


def parquet() -> bytes:
    buffer = io.BytesIO()
    pd.read_csv(io.StringIO(CHILDREN)).to_parquet(buffer)
    return buffer.getvalue()


RECORDS = {
    "csv": CHILDREN.encode(),
    "gzip": gzip.compress(CHILDREN.encode()),
    "workbook": workbook(CHILDREN),
    "zip": zipped(notes__txt=b"a\n", cin__csv=CHILDREN.encode()),
    "zip in zip": zipped(inner__zip=zipped(cin__csv=CHILDREN.encode())),
    "shapefile with a table beside it": zipped(a__shp=b"\x00\x00\x27\x0a", cin__csv=CHILDREN.encode()),
    "layer": layer_of_children(),
    "parquet": parquet(),
    "below a title": b"Extract\n\n" + CHILDREN.encode(),
}


@pytest.mark.usefixtures("no_disk")
@pytest.mark.parametrize("container", [c for c in RECORDS if c != "shapefile with a table beside it"])
def test_records_of_children_never_touch_the_disk(container: str) -> None:
    found = recognise_upload("cin.csv", RECORDS[container])
    assert found.child_level
    assert "records of children" in found.refused
    assert not found.sources
    assert "2011-02-03" not in repr(found)


@pytest.mark.usefixtures("no_disk")
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02binary",
        b"%PDF-1.7\n",
        b"<html><body>x</body></html>",
        b"PK\x03\x04 damaged",
        RECORDS["shapefile with a table beside it"],
        zipped(readme__txt=b"nothing here"),
        b"SQLite format 3\x00 damaged",
        b"PAR1 damaged",
        b'{"type": "FeatureCollection", "features": [',
    ],
)
def test_what_cannot_be_read_is_refused_in_words_and_not_written(content: bytes) -> None:
    found = recognise_upload("x.bin", content)
    assert found.refused
    assert not found.sources


@pytest.mark.usefixtures("no_disk")
def test_too_large_a_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.uploads.settings", lambda: type("S", (), {"max_file_mb": 0})())
    assert "larger than" in recognise_upload("x.csv", b"a,b\n1,2\n").refused


def test_a_table_is_recognised_and_nothing_of_it_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    found = recognise_upload("any.csv", LOOKUP)
    assert [source.kind for source in found.sources] == [SourceKind.LOOKUP]
    assert not found.refused
    assert list(tmp_path.iterdir()) == []


def test_a_layer_in_each_container_is_recognised(tmp_path: Path) -> None:
    layer = places.boundary_layer(places.small_areas())
    layer.to_file(tmp_path / "a.gpkg")
    layer.to_file(tmp_path / "shape.shp")
    layer.to_parquet(tmp_path / "a.parquet")
    parts = {p.name.replace(".", "__"): p.read_bytes() for p in tmp_path.glob("shape.*")}
    uploads = {
        "a.gpkg": (tmp_path / "a.gpkg").read_bytes(),
        "a.parquet": (tmp_path / "a.parquet").read_bytes(),
        "a.zip": zipped(**parts),
        "a.geojson": layer.to_crs("EPSG:4326").to_json().encode(),
    }
    for name, content in uploads.items():
        found = recognise_upload(name, content)
        assert [source.kind for source in found.sources] == [SourceKind.BOUNDARIES], (name, found)


def test_an_unknown_table_is_listed_and_may_be_kept() -> None:
    found = recognise_upload("<b>x</b>.csv", b"colour,shape\nred,round\n")
    assert not found.refused
    assert not found.sources
    assert len(found.unplaced) == 1


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\data.csv", "data.csv"),
        ("..", "file_"),
        ("", "file_"),
        (".place.toml.lock", "place.toml.lock"),
        ("place.toml", "file_place.toml"),
        ("CON.csv", "file_CON.csv"),
        ("a\nb\x00.csv", "a_b_.csv"),
        ("Überblick.csv", "Überblick.csv"),
    ],
)
def test_a_name_cannot_leave_the_folder_or_take_a_name_of_ours(name: str, safe: str) -> None:
    made = safe_name(name)
    assert made.startswith("file_") if safe in ("file_", "place.toml.lock") else made == safe
    assert Path(made).name == made
    assert not made.startswith(".")


def test_a_long_name_fits_any_disk() -> None:
    assert len(safe_name("ü" * 500 + ".csv").encode()) <= 255
    assert safe_name("a" * 500 + ".csv").endswith(".csv")


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    names = [add_to_folder(tmp_path, "../a.csv", text).name for text in (b"1", b"2", b"3")]
    assert names == ["a.csv", "a_2.csv", "a_3.csv"]
    assert [(tmp_path / name).read_bytes() for name in names] == [b"1", b"2", b"3"]


def test_the_server_keeps_an_upload_in_memory() -> None:
    boundary = "x"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\n'.encode()
        + b"a" * 3_000_000
        + f"\r\n--{boundary}--\r\n".encode()
    )

    async def stream() -> AsyncIterator[bytes]:
        yield body

    async def parse() -> UploadFile:
        headers = Headers({"content-type": f"multipart/form-data; boundary={boundary}"})
        form = await MultiPartParser(headers, stream()).parse()
        (upload,) = form.values()
        assert isinstance(upload, UploadFile)
        return upload

    upload = asyncio.run(parse())
    assert upload.size == 3_000_000
    assert not upload.file._rolled  # type: ignore[attr-defined]
    upload.file.close()
