"""Copies a file; its bytes are shared until one of both changes, where the file system can do that (XFS, Btrfs).

It runs as a program of its own, `python share.py SOURCE TARGET`, and prints `shared` or `copied`: a process that closes
a file gives up all its locks on it, DuckDB's among them.
"""

import os
import shutil
import sys
from pathlib import Path

_FICLONE = 0x40049409
"""ioctl of Linux, see ioctl_ficlone(2)."""


def share(source: Path, target: Path) -> str:
    """Raises OSError."""
    with source.open("rb") as given, target.open("xb") as made:
        how = "shared" if _is_cloned(given.fileno(), made.fileno()) else "copied"
        if how == "copied":
            _copy(given.fileno(), made.fileno())
        os.fsync(made.fileno())
    return how


def _is_cloned(source: int, target: int) -> bool:
    if sys.platform != "linux":
        return False
    import fcntl

    try:
        fcntl.ioctl(target, _FICLONE, source)
    except OSError:
        return False
    return True


def _copy(source: int, target: int) -> None:
    """By the kernel where it can, else through memory."""
    left = os.fstat(source).st_size
    try:
        while left > 0 and hasattr(os, "copy_file_range"):
            done = os.copy_file_range(source, target, left)
            if done == 0:
                return
            left -= done
        if left == 0:
            return
    except OSError:
        os.lseek(source, 0, os.SEEK_SET)
        os.lseek(target, 0, os.SEEK_SET)
        os.ftruncate(target, 0)
    with os.fdopen(os.dup(source), "rb") as given, os.fdopen(os.dup(target), "wb") as made:
        shutil.copyfileobj(given, made, 1 << 20)


if __name__ == "__main__":
    try:
        print(share(Path(sys.argv[1]), Path(sys.argv[2])))
    except OSError as problem:
        sys.exit(problem.strerror)
