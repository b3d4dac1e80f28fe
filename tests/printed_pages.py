"""What stands on each page of a PDF that Chromium printed: how many lines of words it has."""

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\s*(.*?)\s*endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\nendstream", re.DOTALL)
_AT = re.compile(rb"1 0 0 -?1 [-\d.]+ ([-\d.]+) Tm")


def lines_by_page(pdf: bytes) -> list[int]:
    """Return how many lines of words each page has, by the heights at which words are set.

    Parameters
    ----------
    pdf
        The file.
    """
    objects = dict(_OBJECT.findall(pdf))
    pages = [body for body in objects.values() if re.search(rb"/Type\s*/Page\b", body)]
    return [len(_heights(objects, page)) for page in pages]


def _heights(objects: dict[bytes, bytes], page: bytes) -> set[int]:
    found = re.search(rb"/Contents (\d+) 0 R", page)
    assert found, "a page without contents"
    stream = _STREAM.search(objects[found[1]])
    assert stream, "contents that are no stream"
    return {round(float(height)) for height in _AT.findall(zlib.decompressobj().decompress(stream[1]))}
