"""`atlas solve orlib`: the library's own optima, proven; files that are no instance; ends before the end."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import orlib
from data.errors import SourceError
from data.orlib import MedianGraph, read_orlib
from models import siting_tree
from models.orlib import siting_of_graph, ways_between
from models.siting import Answer, Siting
from models.siting_tree import Watch, solve
from tests.unit.conftest import Run

BENCHMARKS = Path(os.environ.get("ATLAS_BENCHMARKS", Path(__file__).parents[3] / "shared" / "benchmarks"))
OPTIMA = (
    *(5819, 4093, 4250, 3034, 1355, 7824, 5631, 4445, 2734, 1255),
    *(7696, 6634, 4374, 2968, 1729, 8162, 6999, 4809, 2845, 1789),
)
"""The optima of pmed1 to pmed20, as the library gives them."""

LINE = "6 5 2\n1 2 4\n2 3 4\n3 4 9\n4 5 1\n5 6 1\n"
"""Two ends of a line, three vertices each."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "line.txt"
    made.write_text(LINE)
    return made


@pytest.fixture
def interrupting() -> Iterator[None]:
    """Have Ctrl+C raise KeyboardInterrupt, which it does not where tests were started in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def long_instance(file: Path) -> Path:
    """An instance that takes much longer than a moment."""
    rng = np.random.default_rng(4)
    edges = [f"{n} {n + 1} {rng.integers(1, 100)}" for n in range(1, 300)]
    edges += [f"{a} {b} {rng.integers(1, 100)}" for a, b in rng.integers(1, 301, (1_500, 2))]
    file.write_text(f"300 {len(edges)} 8\n" + "\n".join(edges))
    return file


@pytest.mark.parametrize(("number", "optimum"), list(enumerate(OPTIMA, start=1)))
def test_the_optima_of_the_library_are_found_and_proven(number: int, optimum: int) -> None:
    file = BENCHMARKS / "orlib" / f"pmed{number}.txt"
    if not file.is_file():
        pytest.skip(f"the OR-Library's file is not at {file}: set ATLAS_BENCHMARKS")
    answer = solve(siting_of_graph(read_orlib(file)))
    assert (answer.loss, answer.bound, answer.proven) == (optimum, optimum, True)


def test_it_prints_one_json_object_of_the_promised_shape(run: Run, file: Path) -> None:
    status, out, err = run("solve", "orlib", file, "--json")
    found = json.loads(out)
    assert (status, err) == (0, "")
    assert list(found) == ["objective", "bound", "gap", "proven", "seconds", "sites"]
    seconds = found.pop("seconds")
    assert seconds > 0
    assert found == {"objective": 10.0, "bound": 10.0, "gap": 0.0, "proven": True, "sites": [2, 5]}


def test_it_says_in_words_what_it_found(run: Run, file: Path) -> None:
    status, out, _ = run("solve", "orlib", file)
    assert status == 0
    assert "The 6 vertices have 10 to go together to the nearest of 2. No other choice is better." in out
    assert "Chosen: 2, 5." in out


def test_the_later_length_of_an_edge_stands_in_either_direction(file: Path) -> None:
    file.write_text("3 4 1\n1 2 9\n2 3 1\n2 1 4\n3 2 2\n")
    graph = read_orlib(file)
    assert graph.ends.tolist() == [[0, 1], [1, 2]]
    assert graph.length.tolist() == [4.0, 2.0]


@given(st.data())
def test_ways_are_those_of_networkx(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 6))
    ends = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda e: e[0] < e[1])
    edges = data.draw(st.dictionaries(ends, st.integers(0, 3), max_size=9)) if count > 1 else {}
    edges |= {(n, n + 1): edges.get((n, n + 1), 2) for n in range(count - 1)}
    graph = MedianGraph(
        count, 1, np.array(list(edges), dtype=np.intp).reshape(-1, 2), np.array(list(edges.values()), float)
    )
    peer = nx.Graph()
    peer.add_nodes_from(range(count))
    peer.add_weighted_edges_from([(*ends, length) for ends, length in edges.items()])
    theirs = dict(nx.all_pairs_dijkstra_path_length(peer))
    expected = [[theirs[one][other] for other in range(count)] for one in range(count)]
    assert ways_between(graph).tolist() == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("6 5\n", "Line 1 .* not three whole numbers"),
        ("six five two\n", "Line 1 .* not three whole numbers"),
        ("6 5 2 1\n", "Line 1 .* not three whole numbers"),
        ("6.0 5 2\n", "Line 1 .* not three whole numbers"),
        (LINE.replace("6 5 2", "6 5 7"), "7 of 6 vertices"),
        (LINE.replace("6 5 2", "6 5 0"), "0 of 6 vertices"),
        (LINE.replace("6 5 2", "6 7 2"), "there are 5 edges, and the first line says 7"),
        (LINE.replace("6 5 2", "5 5 2"), "line 6: a vertex that is not between 1 and 5"),
        (LINE.replace("1 2 4", "0 2 4"), "line 2: a vertex that is not between 1 and 6"),
        (LINE.replace("1 2 4", "1 2 -4"), "line 2: a length that is no number of 0 or more"),
        (LINE.replace("1 2 4", "1 2 nan"), "line 2: a length that is no number"),
        (LINE.replace("1 2 4", "1 2 1e9"), "line 2: a length that is no number"),
        (LINE.replace("1 2 4", "1 2"), "line 2: not two vertices and a length"),
        (LINE.replace("1 2 4", "1 2 4 4"), "line 2: not two vertices and a length"),
        (LINE.replace("1 2 4", "1.5 2 4"), "line 2: not two vertices and a length"),
        (LINE.replace("1 2 4", "1 2 x").replace("3 4 9", "3 9 9"), "line 2: .*; line 4: a vertex"),
        ("9 7 1\n" + "1 2 x\n" * 7, "and 2 more"),
        ("6 4 2\n1 2 4\n2 3 4\n4 5 1\n5 6 1\n", "3 of 6 vertices .* reached from vertex 1: 4, 5, 6"),
        ("9000 1 2\n1 2 4\n", "9,000 vertices, and more than 5,000 are not read"),
        ("6 5 2\n1 2 ４\n", "no plain text"),
        ("6 5 2\n1 2 4\0\n", "no plain text"),
        ("\x89PNG\r\n\x1a\n\0\0", "no plain text"),
    ],
)
def test_a_file_that_is_no_instance_is_told_what_is_wrong(file: Path, text: str, said: str) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=said) as caught:
        read_orlib(file)
    assert caught.value.hint


def test_a_file_that_is_not_there_or_too_large_is_refused(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, out, err = run("solve", "orlib", file.parent / "none.txt", "--json")
    assert (status, out) == (1, "")
    assert "cannot be read" in err
    assert "HINT" in err
    with pytest.raises(SourceError, match="cannot be read"):
        read_orlib(file.parent)
    monkeypatch.setattr(orlib, "MOST_BYTES", 20)
    with pytest.raises(SourceError, match="larger than"):
        read_orlib(file)


def test_an_end_of_lines_of_another_system_is_one(file: Path) -> None:
    file.write_bytes(LINE.replace("\n", "\r\n\r\n").encode())
    assert read_orlib(file).vertices == 6


def test_after_its_seconds_it_ends_with_the_best_found(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("solve", "orlib", long_instance(tmp_path / "i.txt"), "--json", "--seconds", "0.001")
    found = json.loads(out)
    assert status == 0
    assert not found["proven"]
    assert 0 < found["bound"] < found["objective"]
    assert found["gap"] == pytest.approx(1 - found["bound"] / found["objective"])
    assert len(found["sites"]) == 8


def test_seconds_are_more_than_none(run: Run, file: Path) -> None:
    status, _, err = run("solve", "orlib", file, "--seconds", "0")
    assert status == 2
    assert "more than 0" in err


def test_an_interrupt_ends_it_with_the_best_found(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = signal.getsignal(signal.SIGINT)

    def interrupted(siting: Siting, watch: Watch) -> Answer:
        signal.raise_signal(signal.SIGINT)
        return solve(siting, watch)

    monkeypatch.setattr(siting_tree, "solve", interrupted)
    status, out, _ = run("solve", "orlib", long_instance(tmp_path / "i.txt"))
    assert status == 0
    assert "it was stopped" in out
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.usefixtures("interrupting")
def test_a_second_interrupt_ends_it_at_once(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(siting: Siting, watch: Watch) -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(siting_tree, "solve", interrupted)
    status, out, _ = run("solve", "orlib", file)
    assert (status, out) == (130, "")
