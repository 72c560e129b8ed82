"""What a zip holds, apart from the leftovers that operating systems add to it."""

from __future__ import annotations

import fnmatch
import struct
import zipfile
import zlib

UNREADABLE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError)
LEFTOVERS = ("._*", ".ds_store", ".localized", "desktop.ini", "thumbs.db", "ehthumbs.db", ".directory", "icon\r")


def members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The files of a zip by their paths, written with /; folders and leftovers are passed over.

    Raises ValueError for a path that is there twice.
    """
    files: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        path = entry.filename.replace("\\", "/")  # as Windows PowerShell 5 writes it
        *folders, name = path.split("/")
        if not name or "__MACOSX" in folders or any(fnmatch.fnmatch(name.lower(), kind) for kind in LEFTOVERS):
            continue
        if path in files:
            raise ValueError(f"it holds {path[:40]!r} twice")
        files[path] = entry
    return files


def take(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """The content of a file in a zip, and no more than `most` bytes of it; ValueError for a rare compression."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("its compression method is not supported; use deflate")
    with archive.open(entry) as file:
        return file.read(most)
