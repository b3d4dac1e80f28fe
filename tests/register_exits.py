"""Every way in which a register leaves as a file or by the feed, for the tests of what must not."""

import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

import openpyxl
import pyogrio

from data.register.store import Register
from tests.asking import ask
from views.open_referral_routes import FEED_PATH
from views.register_files import export_bytes
from views.register_forms import Form


def texts_of_file(form: Form, content: bytes) -> Iterable[str]:
    """Give everything that another program finds in a file, unpacked."""
    if form in (Form.XLSX, Form.OPEN_REFERRAL):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from (archive.read(name).decode() for name in archive.namelist())
    else:
        yield content.decode("utf-8", "replace")
    if form is Form.XLSX:
        book = openpyxl.load_workbook(io.BytesIO(content))
        yield from (repr([cell.value for cell in row]) for sheet in book for row in sheet.iter_rows())
    if form is Form.GPKG:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "places.gpkg"
            path.write_bytes(content)
            yield from (
                pyogrio.read_dataframe(path, layer=name).to_csv() for name, _ in pyogrio.list_layers(path)
            )


def texts_of_form(form: Form, register: Register) -> Iterable[str]:
    """Give what a register gives out in one form."""
    yield from texts_of_file(form, export_bytes(form, register, date.today()).content)


def texts_of_feed(register: Register) -> Iterable[str]:
    """Give what the feed of the shown build says: lists, searches, every record, and of what is not in it."""
    yield ask(FEED_PATH).content.decode()
    for name in ("services", "service_at_locations", "organizations", "taxonomies"):
        page = ask(f"{FEED_PATH}/{name}", query="per_page=1000").content.decode()
        yield page
        for item in json.loads(page)["contents"]:
            yield ask(f"{FEED_PATH}/{name}/{item['id']}").content.decode()
    for query in ("search=house", "search=refuge", "taxonomy_id=1", "minimum_age=0", "page=2"):
        yield ask(f"{FEED_PATH}/services", query=query).content.decode()


REGISTER_EXITS: Mapping[str, Callable[[Register], Iterable[str]]] = {
    **{
        f"register as {form.value}": lambda register, form=form: texts_of_form(form, register)
        for form in Form
    },
    "open feed": texts_of_feed,
}
"""Every way out, by name: it gives its content as texts."""
