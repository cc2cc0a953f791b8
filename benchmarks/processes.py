"""What a process and its children use, out of /proc."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")


@dataclass(frozen=True)
class Usage:
    """What a process tree has used so far.

    Attributes:
        cpu_seconds: Of all its processes.
        peak_mib: The sum of the greatest memory of each (VmHWM).
    """

    cpu_seconds: float
    peak_mib: float


def usage(root: int) -> Usage:
    """What the tree under a process has used; what has ended is not in it."""
    tree = _tree(root)
    return Usage(
        cpu_seconds=sum(_cpu_nanoseconds(pid) for pid in tree) / 1e9,
        peak_mib=sum(_peak_kib(pid) for pid in tree) / 1024,
    )


def _tree(root: int) -> list[int]:
    found = [root]
    for pid in found:
        for task in (_PROC / str(pid) / "task").iterdir():
            found += map(int, (task / "children").read_text().split())
    return found


def _cpu_nanoseconds(pid: int) -> int:
    threads = (_PROC / str(pid) / "task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads)


def _peak_kib(pid: int) -> int:
    lines = (_PROC / str(pid) / "status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
