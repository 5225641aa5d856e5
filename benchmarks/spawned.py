"""Runs a command and writes what it took into a file: seconds, CPU, memory, how it ended.

    python -I -S spawned.py RESULT COMMAND…

A process of its own, and a small one: Linux counts the memory of whoever starts a program as that program's.
"""

import os
import sys
import time


def main() -> None:
    """Run the command, wait for it, and write the result."""
    result, *command = sys.argv[1:]
    start = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - start
    with open(result, "w", encoding="ascii") as file:  # noqa: PTH123  # pathlib would make this process larger
        file.write(f"{wall} {usage.ru_utime + usage.ru_stime} {usage.ru_maxrss} {status}")


if __name__ == "__main__":
    main()
