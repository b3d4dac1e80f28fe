"""`atlas register export`: what the register publishes as a file, or as a folder of the feed."""

import io
import os
import shutil
import tempfile
import zipfile
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from data.errors import RegisterError
from views.console import JsonOption, count, print_json, say
from views.register_forms import Form
from views.register_of import BuildOption, build_of


def export(
    form: Annotated[Form, typer.Option("--format", help="In which form.")],
    out: Annotated[
        Path, typer.Option(help="The new file; for openreferral a new folder, or a file that ends in .zip.")
    ],
    build: BuildOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Replace what --out names.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write the published places: no confidential or held one, and no contact without consent."""
    from data.register.store import open_register
    from geo.builds import is_build, open_build
    from views.register_files import councils_of, export_bytes

    folder = build_of(build)
    _require_target(out, form, yes)
    register, day = open_register(folder), date.today()
    councils = councils_of(open_build(folder).areas.frame) if is_build(folder) else {}
    made = export_bytes(form, register, day, councils)
    _put(out, made.content, as_folder=_is_folder(out, form))
    if as_json:
        told = {"places": made.places, "format": form.value, "out": str(out), "tier": "open"}
        print_json(told | {"revision": register.revision(), "exported": day})
        return
    say(f"{count(made.places, 'place')} written to {out}")
    say("Each row says its source and licence: keep them with what you pass on.")


def _is_folder(out: Path, form: Form) -> bool:
    return form is Form.OPEN_REFERRAL and out.suffix.lower() != ".zip"


def _require_target(out: Path, form: Form, replace: bool) -> None:
    """Refuse a name that is of another form, or of something that is there and was not made by this."""
    from data.register.open_referral_files import is_feed_folder

    ending = "zip" if form is Form.OPEN_REFERRAL else form.value
    if not _is_folder(out, form) and out.suffix.lower() != f".{ending}":
        raise RegisterError(f"{out.name} is no name for {form.value}.", f"Let it end in .{ending}")
    if not out.exists():
        return
    if out.is_dir() != _is_folder(out, form):
        raise RegisterError(f"{out} is a {'folder' if out.is_dir() else 'file'}.", "Name another with --out.")
    if out.is_dir() and any(out.iterdir()) and not is_feed_folder(out):
        raise RegisterError(f"{out} holds something else than a feed.", "Name another folder with --out.")
    if not replace and (out.is_file() or any(out.iterdir())):
        raise RegisterError(f"{out} is there already.", "Replace it with --yes, or name another with --out.")


def _put(out: Path, content: bytes, as_folder: bool) -> None:
    """Put a file or folder in its place, whole or not at all."""
    out = out.resolve()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if as_folder:
            _put_folder(out, content)
        else:
            _put_file(out, content)
    except OSError as error:
        raise RegisterError(
            f"{out} cannot be written: {error.strerror or error}.", "Name a place of yours with --out."
        ) from error


def _put_file(out: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as file:
        new = Path(file.name)
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            new.unlink()
            raise
    new.chmod(0o644)
    new.replace(out)


def _put_folder(out: Path, content: bytes) -> None:
    """Unpack beside, then rename; an earlier feed is removed once the new one stands in its place."""
    new = Path(tempfile.mkdtemp(prefix=f".{out.name}.new-", dir=out.parent))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            archive.extractall(new)
        new.chmod(0o755)
        if not out.exists():
            new.rename(out)
            return
        old = new.with_name(new.name.replace(".new-", ".old-"))
        out.rename(old)
        new.rename(out)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    shutil.rmtree(old)
