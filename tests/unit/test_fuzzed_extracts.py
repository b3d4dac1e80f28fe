"""Extracts of anything at all: every row has one fate, and no fault is one that nobody foresaw."""

from pathlib import Path

import extracts
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.folder import recognise_file
from data.sources.base import Source, SourceKind
from data.sources.referral_read import read_extracts

HEADINGS = [
    "cine_referral_id", "cine_person_id", "cine_referral_date", "cine_referral_source_code",
    "cine_cin_primary_need_code", "pers_age_at_referral", "addr_address_postcode", "addr_address_type",
    "addr_address_start_date", "addr_address_end_date", "Address line 1", "Easting", "Northing", "latitude",
    "longitude", "Grid reference", "lsoa_code", "Surname", "UPN", "note", "Date of contact", "close date", "",
]  # fmt: skip
VALUES = [
    "", " ", "0", "-1", "1", "1e400", "-inf", "nan", "NULL", "400500", "300500", "52.6", "-1.99",
    "45413", "99999", "2024-05-06", "06/05/2024", "31/03/2024", "03/31/2024", "6 May 2024",
    "2024-05-06T10:00:00Z", "00/00/0000", "2031-01-01", "1899-01-01", "9999-99-99", "ZN1 1AA", "zn11aa",
    "SW1A 1AA", "XXX", "ZZ99 3VZ", "SJ 123 456", "E01035001", "W01000001", "q) 6: Police", "N1",
    "a) 1A: x", "Refuge", "Hotel", "\x1f", "\x00", "\ufeff", "é\u202e", '"', "'", "=1+1", "<b>", "a,b",
    "line\nline", "\r", "\ud7ff", "x" * 300,
]  # fmt: skip


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    names = draw(st.lists(st.sampled_from(HEADINGS), min_size=1, max_size=9))
    pools = [draw(st.lists(st.sampled_from(VALUES), min_size=1, max_size=4)) for _ in names]
    rows = draw(st.integers(1, 12))
    cells = [[pool[(row * 7 + place) % len(pool)] for row in range(rows)] for place, pool in enumerate(pools)]
    return pd.DataFrame(dict(enumerate(cells))).set_axis(names, axis=1)


@given(tables(), st.booleans(), st.sampled_from([",", ";", "\t"]))
def test_anything_under_such_headings_is_read_or_said(
    tmp_path_factory: pytest.TempPathFactory, table: pd.DataFrame, as_workbook: bool, delimiter: str
) -> None:
    path: Path = tmp_path_factory.mktemp("fuzzed") / "x"
    if as_workbook:
        clean = table.map(lambda text: "".join(c for c in text if c.isprintable()))
        clean.to_excel(path.with_suffix(".xlsx"), index=False)
        path = path.with_suffix(".xlsx")
    else:
        table.to_csv(path, index=False, sep=delimiter)
    found = [s for s in recognise_file(path) if isinstance(s, Source) and s.kind is SourceKind.REFERRALS]
    read = read_extracts(found, extracts.Directory(), extracts.TODAY, areas=extracts.AREAS)
    extracts.check_counts(read)
    assert len(read.files) + len(read.not_read) + len(read.addresses) == len(found)
    assert not [fault.reason for fault in read.not_read if "could not be read" in fault.reason]
    assert all(file.rows == file.source.rows for file in read.files)


@given(st.binary(max_size=400))
def test_any_bytes_below_a_header_are_read_or_said(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("bytes") / "x.csv"
    path.write_bytes(extracts.ssd(30).to_csv(index=False).encode() + content)
    found = [s for s in recognise_file(path) if isinstance(s, Source)]
    read = read_extracts(found, extracts.Directory(), extracts.TODAY, areas=extracts.AREAS)
    extracts.check_counts(read)
    assert not [fault.reason for fault in read.not_read if "could not be read" in fault.reason]
