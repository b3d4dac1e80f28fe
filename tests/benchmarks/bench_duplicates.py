"""Duplicates among labelled pairs of published rows, beside one postcode and a token sort ratio of 90."""

import os
import time
from pathlib import Path

from data.folder import read_folder
from data.postcodes import PostcodeDirectory
from data.sources.base import AssetSource, SourceKind
from tests.duplicate_pairs import judge_pairs, locate_pack, precision_recall, read_pairs

PROJECT = Path(__file__).parent.parent.parent


def main() -> None:
    """Print precision and recall of both methods beside the peer."""
    pack = (
        Path(os.environ.get("ATLAS_REALDATA", PROJECT.parent / "shared" / "realdata")) / "greater_manchester"
    )
    if not pack.is_dir():
        print(f"Duplicates: not measured, no published data at {pack}")
        return
    assets = [s for s in read_folder(pack / "assets").sources if isinstance(s, AssetSource)]
    directory = PostcodeDirectory(read_folder(pack / "postcodes").of_kind(SourceKind.POSTCODES))
    rows, pairs = locate_pack(assets, directory), read_pairs()
    started = time.perf_counter()
    judged = pairs.join(judge_pairs(pairs, rows))
    seconds = time.perf_counter() - started
    alone = judged[~judged["joined"]]
    print(f"Duplicates: {len(alone):,} labelled pairs of rows, {int(alone['same'].sum()):,} the same place")
    for words, part in (("tuned on", alone[~alone["held_out"]]), ("held out", alone[alone["held_out"]])):
        one_kind = part[part["one_kind"]]
        for name, method, asked in (
            ("an import, one kind", "imported", one_kind),
            ("  postcode and ratio of 90", "peer", one_kind),
            ("as somebody types", "typed", part),
            ("  postcode and ratio of 90", "peer", part),
        ):
            precision, recall = precision_recall(asked[method], asked["same"])
            print(f"  {words}, {name:27} precision {precision:.3f}, recall {recall:.3f} of {len(asked):,}")
    print(f"  {len(rows):,} rows compared and {len(pairs):,} pairs judged in {seconds:.1f} s")


if __name__ == "__main__":
    main()
