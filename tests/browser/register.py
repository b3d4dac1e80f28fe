"""The app on Elmshire with a register of its own: who was invited, who edits, and what is there already."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from data.register.records import COMMAND_LINE, Contact, Organisation, Place, Service, State
from data.register.store import Register, open_register
from geo.build_folder import build_folder
from geo.builds import Build
from geo.register_locate import directory_of, locate_postcode
from tests import places
from tests.app_server import PROJECT, running_app

NETWORK = "Elmshire Food Network"


@dataclass(frozen=True)
class RegisterApp:
    """The running app, and its register as another process sees it.

    Attributes
    ----------
    address
        Of the app.
    build, register
        What it shows.
    organisation_id
        Whose people are invited.
    """

    address: str
    build: Build
    register: Register
    organisation_id: str

    def invite(self) -> str:
        """Make an invitation, and return the address of its link."""
        _, token = self.register.invite(COMMAND_LINE, self.organisation_id)
        return f"{self.address}/atlas/invitation/{token}"

    def publish(self, name: str, kind: str = "food", postcode: str = "ZE1 1AA", own: bool = True) -> Place:
        """Publish a place of the invited organisation, or of nobody's, confirmed today."""
        whose = self.organisation_id if own else ""
        made = self.register.submit(COMMAND_LINE, draft_at(self.build, name, kind, postcode, whose)).place
        return self.register.publish(COMMAND_LINE, made.id, made.version)


def draft_at(build: Build, name: str, kind: str, postcode: str, organisation_id: str = "") -> Place:
    """Return a place to submit, with a service and a contact that agreed, under ids made of its name."""
    where = locate_postcode(postcode, directory_of(build), build)
    key = {part: str(uuid5(NAMESPACE_URL, f"{part} {name}")) for part in ("place", "service", "contact")}
    return Place(
        key["place"],
        0,
        State.SUBMITTED,
        name,
        kind,
        organisation_id=organisation_id,
        postcode=where.postcode,
        easting_m=where.easting_m,
        northing_m=where.northing_m,
        located_by="postcode",
        ward_code=where.ward_code,
        ward_name=where.ward_name,
        services=(Service(key["service"], name, kind),),
        contacts=(Contact(key["contact"], phone="01632 960001", consent=True),),
    )


def make_register_build(root: Path) -> Build:
    """Build Elmshire with postcodes of its own."""
    folder = places.simple_folder(root / "elmshire")
    places.postcodes().to_csv(folder / "postcodes.csv", index=False)
    return build_folder(folder, root / "build")


def begin_register(build: Build) -> tuple[Register, str]:
    """Begin the register beside a build, with one organisation; return it and the organisation's id."""
    register = open_register(build.path)
    organisation = Organisation(str(uuid5(NAMESPACE_URL, NETWORK)), 0, NETWORK)
    return register, register.save_organisation(COMMAND_LINE, organisation).id


@contextmanager
def running_register(root: Path, **environment: str) -> Iterator[RegisterApp]:
    """Run the app on Elmshire and a fresh register until the block ends."""
    build = make_register_build(root)
    register, organisation_id = begin_register(build)
    with running_app(PROJECT / "app.py", {"ATLAS_BUILD": str(build.path), **environment}) as port:
        yield RegisterApp(f"http://localhost:{port}", build, register, organisation_id)
