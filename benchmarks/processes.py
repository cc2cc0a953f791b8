"""What a process and its children use, out of /proc."""

import os
import time
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


class Others:
    """How busy everybody else kept the machine, since it was made: what makes numbers doubtful."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._before = _others_seconds()

    def busy(self) -> float:
        """Return the share of all cores that others used, 0 to 1.

        What our children used is known once they have ended.
        """
        seconds = (time.perf_counter() - self._began) * (os.cpu_count() or 1)
        return max(0.0, min(1.0, (_others_seconds() - self._before) / seconds))


def _others_seconds() -> float:
    fields = (_PROC / "stat").read_text().split("\n", 1)[0].split()[1:]
    user, nice, system, _, _, irq, softirq, *_ = map(int, fields)
    own = os.times()
    used = own.user + own.system + own.children_user + own.children_system
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK") - used


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
