"""Time-ordered 63-bit ids, made by the program so that no row has to ask the database for its own."""

from __future__ import annotations

import threading
import time

EPOCH_MS = 1_704_067_200_000  # 2024-01-01T00:00:00Z
_SEQUENCE_BITS = 22
_SEQUENCE_MASK = (1 << _SEQUENCE_BITS) - 1


class IdSource:
    """Hand out ids that only ever grow, also when the machine's clock is set back."""

    def __init__(self, last: int = 0) -> None:
        """Start after `last`, the largest id already used."""
        self._last = last
        self._lock = threading.Lock()

    def new(self) -> int:
        """Return the next id: 41 bits of milliseconds since 2024, then 22 bits of sequence."""
        floor = (int(time.time() * 1000) - EPOCH_MS) << _SEQUENCE_BITS
        with self._lock:
            self._last = max(self._last + 1, floor)
            return self._last

    def several(self, count: int) -> range:
        """Return the next `count` ids, one behind the other."""
        floor = (int(time.time() * 1000) - EPOCH_MS) << _SEQUENCE_BITS
        with self._lock:
            first = max(self._last + 1, floor)
            self._last = max(self._last, first + count - 1)
            return range(first, first + count)

    def start_after(self, used: int) -> None:
        """Never again return an id that is not larger than `used`."""
        with self._lock:
            self._last = max(self._last, used)


_source = IdSource()
new_id = _source.new
new_ids = _source.several
start_after = _source.start_after


def made_at_ms(record_id: int) -> int:
    """Return when an id was made, in milliseconds since 1970 (RFC 3339 epoch)."""
    return (record_id >> _SEQUENCE_BITS) + EPOCH_MS
