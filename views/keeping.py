"""What is worked out is kept for a while: by a key, the one used longest ago giving way."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


def kept(held: "OrderedDict[Key, Value]", key: Key, most: int, make: Callable[[], Value]) -> Value:
    """Return what is held under a key, making it the first time. The caller has the lock."""
    if key not in held:
        held[key] = make()
        while len(held) > most:
            held.popitem(last=False)
    held.move_to_end(key)
    return held[key]
