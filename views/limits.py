"""How often somebody may try something: kept in memory, by a salted hash of their address."""

import hashlib
import secrets
import time
from collections import OrderedDict, deque
from threading import Lock
from typing import Final

_SALT: Final = secrets.token_bytes(16)
MOST_CLIENTS: Final = 10_000


class Limit:
    """Count what clients do, and say when one did it too often.

    The address itself is nowhere kept; the salt is new at every start, and nothing is written.
    """

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._times: OrderedDict[bytes, deque[float]] = OrderedDict()
        self._lock = Lock()

    def is_reached(self, client: str) -> bool:
        """Say whether a client did it as often as it may."""
        with self._lock:
            return len(self._recent(_key(client))) >= self._most

    def count(self, client: str) -> bool:
        """Note that a client does it; False, and not noted, where it did so often enough."""
        key = _key(client)
        with self._lock:
            recent = self._recent(key)
            if len(recent) >= self._most:
                return False
            recent.append(time.monotonic())
            self._times[key] = recent
            self._times.move_to_end(key)
            while len(self._times) > MOST_CLIENTS:
                self._times.popitem(last=False)
            return True

    def _recent(self, key: bytes) -> deque[float]:
        times = self._times.get(key, deque())
        while times and times[0] <= time.monotonic() - self._seconds:
            times.popleft()
        return times


def _key(client: str) -> bytes:
    return hashlib.blake2b(client.encode(), key=_SALT, digest_size=16).digest()
