"""Rules of Windows, imposed on the program that imports this: `take_away` what Linux has beside it, `guard_files`.

Imported libraries keep what they have taken already. It is no Windows: paths are written as here.
"""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import stat
import sys
from pathlib import Path
from typing import Any

_OS = """
    chown chroot ctermid fchdir fchown fork forkpty getegid geteuid getgid getgroups getloadavg getpgid getpgrp
    getpriority getresgid getresuid getsid getuid initgroups killpg lchown major makedev minor mkfifo mknod nice
    openpty posix_spawn pread preadv pwrite pwritev register_at_fork sched_get_priority_max sched_getaffinity
    sched_setaffinity sched_yield sendfile setegid seteuid setgid setgroups setpgid setpriority setsid setuid
    statvfs sync sysconf tcgetpgrp ttyname uname wait wait3 wait4 waitid O_CLOEXEC O_DIRECTORY O_NOFOLLOW
    O_NONBLOCK O_SYNC WNOHANG
"""
_SIGNALS = """
    SIGALRM SIGCHLD SIGCONT SIGHUP SIGKILL SIGPIPE SIGQUIT SIGSTOP SIGTSTP SIGUSR1 SIGUSR2 alarm pause
"""
OS, SIGNALS = _OS.split(), _SIGNALS.split()
MODULES = ("fcntl", "grp", "posix", "pwd", "resource", "syslog", "termios", "tty", "pty")


def take_away() -> None:
    """Leave the modules os, signal and multiprocessing without what Windows lacks, and forbid the import of others."""
    for module, names in ((os, OS), (signal, SIGNALS)):
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
    for name in MODULES:
        sys.modules[name] = None  # type: ignore[assignment]
    multiprocessing.get_all_start_methods = lambda: ["spawn"]  # type: ignore[method-assign]


def guard_files() -> None:
    """Let fsync refuse what is open for reading, and no file be moved or deleted while it is open or mapped."""
    import fcntl

    def fsync(descriptor: int) -> None:
        if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, "Bad file descriptor")

    os.fsync = fsync
    for name in ("unlink", "remove", "rename", "replace", "rmdir"):
        setattr(os, name, guarded(getattr(os, name)))


def guarded(change: Any) -> Any:
    """A function of os that changes names, which refuses where Windows does."""

    def changed(path: Any, *rest: Any, **options: Any) -> Any:
        folder = options.get("dir_fd")
        place = os.readlink(f"/proc/self/fd/{folder}") if folder is not None else ""
        names = {Path(place, os.fsdecode(name)).absolute() for name in (path, *rest)}
        used = [file for file in files_in_use() if names & {file, *file.parents}]
        if used:
            raise PermissionError(errno.EACCES, "the process cannot access the file because it is in use", str(used[0]))
        return change(path, *rest, **options)

    return changed


def files_in_use() -> set[Path]:
    """The files that this process has open or mapped."""
    maps = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    used = {line.split(maxsplit=5)[5].strip() for line in maps if "/" in line}
    for number in os.listdir("/proc/self/fd"):
        try:
            if stat.S_ISREG(os.stat(f"/proc/self/fd/{number}").st_mode):
                used.add(os.readlink(f"/proc/self/fd/{number}"))
        except OSError:  # that of the list itself
            continue
    return {Path(name) for name in used}
