"""Writes the feed of Open Referral UK as files, one for each of its addresses, for any web server.

`index.json` is the address `/`, `services.json` all services on one page, `services/<id>.json` one of them.
"""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from data.register.open_referral_pages import LISTS, Feed
from data.register.open_referral_terms import VERSION

INDEX: Final = "index.json"
_EARLIEST: Final = (1980, 1, 1)
"""Zip files know no time before."""


def feed_files(feed: Feed) -> Iterator[tuple[str, bytes]]:
    """Give the files of a feed, each with its name below the folder."""
    yield INDEX, _text(feed.root())
    for name in LISTS:
        yield f"{name}.json", _text(feed.whole_list(name))
        for key in feed.keys(name):
            record = feed.one(name, key)
            if record is not None:
                yield f"{name}/{key}.json", _text(record)


def write_feed_folder(feed: Feed, folder: Path) -> None:
    """Write the files of a feed into an empty folder."""
    for name in LISTS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, text in feed_files(feed):
        (folder / name).write_bytes(text)


def zip_feed(feed: Feed, at: datetime) -> bytes:
    """Return the files of a feed as one zip file; the same feed at the same time is the same bytes."""
    buffer = io.BytesIO()
    stamp = max(at.timetuple()[:6], (*_EARLIEST, 0, 0, 0))
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in feed_files(feed):
            info = zipfile.ZipInfo(name, stamp)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, text)
    return buffer.getvalue()


def is_feed_folder(folder: Path) -> bool:
    """Say whether a folder holds a feed that was written before."""
    try:
        told = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(told, dict) and told.get("version") == VERSION


def _text(record: Mapping[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
