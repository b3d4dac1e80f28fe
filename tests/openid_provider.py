"""A real OpenID provider on this computer, for the tests of sign-in: it signs in whoever is clicked."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.app_server import free_port, wait_until_it_answers


@contextmanager
def running_provider(people: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
    """Run a provider until the block ends, and give its address.

    Parameters
    ----------
    people
        What it says of each person, by subject.
    """
    port = free_port()
    claims = [json.dumps({"sub": subject, **said}) for subject, said in people.items()]
    options = [option for each in claims for option in ("--user-claims", each)]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_until_it_answers(process, "running on")
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.communicate(timeout=10)
