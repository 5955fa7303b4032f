"""The source folder of a run, as the zip that is sent."""
from __future__ import annotations

import os
from typing import IO, List, NamedTuple

from ..exceptions import SnapshotException, UserErrorException
from .ignore import IgnoreRules

MAX_BYTES = 300 << 20
MAX_FILES = 2000
KEPT_IN_MEMORY_BYTES = 8 << 20


class SourceFile(NamedTuple):
    """A file to send: where it is, its name in the snapshot, its size."""

    path: str
    name: str
    size: int


def source_files(folder: str) -> List[SourceFile]:
    """The files that make the snapshot, in name order. Raises UserErrorException if there is no such folder, and
    SnapshotException beyond 300 MB or 2000 files."""
    if not os.path.isdir(folder):
        raise UserErrorException(f"The source directory does not exist: {os.path.abspath(folder)}",
                                 target="source_directory")
    rules = IgnoreRules.of_folder(folder)
    found: List[SourceFile] = []
    for place, folders, names in os.walk(folder, followlinks=True):
        inside = os.path.relpath(place, folder).replace(os.sep, "/")
        base = "" if inside == "." else inside + "/"
        folders[:] = sorted(name for name in folders
                            if not rules.ignores(base + name, True) and not _leads_back(place, name))
        for name in sorted(names):
            path = os.path.join(place, name)
            if not rules.ignores(base + name, False) and os.path.isfile(path):
                found.append(SourceFile(path, base + name, os.path.getsize(path)))
    _check_limits(folder, found)
    return found


def check_script(folder: str, script: str, files: List[SourceFile]) -> str:
    """The script's name in the snapshot. Raises UserErrorException, saying where it was looked for, when it is not there."""
    name = os.path.normpath(script).replace(os.sep, "/")
    if any(each.name == name for each in files):
        return name
    place = os.path.abspath(folder)
    if os.path.isfile(os.path.join(folder, script)) and not os.path.isabs(script):
        raise UserErrorException(f"The script {script} of {place} is left out by .amlignore or .gitignore.",
                                 target="script")
    raise UserErrorException(f"The script {script} does not exist in the source directory {place}.", target="script")


def write_zip(files: List[SourceFile]) -> IO[bytes]:
    """The files as a zip in a temporary file, read position at its start. The caller closes it."""
    import tempfile
    import zipfile

    made: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY_BYTES)
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for each in files:
            archive.write(each.path, each.name)
    made.seek(0)
    return made


def _leads_back(place: str, name: str) -> bool:
    """True for a link to a folder that it lies in."""
    path = os.path.join(place, name)
    return os.path.islink(path) and os.path.realpath(place).startswith(os.path.realpath(path))


def _check_limits(folder: str, files: List[SourceFile]) -> None:
    size = sum(each.size for each in files)
    if size > MAX_BYTES:
        largest = ", ".join(each.name for each in sorted(files, key=lambda each: -each.size)[:3])
        raise SnapshotException(
            f"Your total snapshot size exceeds the limit of {MAX_BYTES / (1 << 20):.1f} MB: {os.path.abspath(folder)} has "
            f"{size / (1 << 20):.1f} MB; the largest: {largest}. Leave files out with a .amlignore file, or put data on "
            "a datastore.")
    if len(files) > MAX_FILES:
        raise SnapshotException(
            f"Your snapshot exceeds the limit of {MAX_FILES} files: {os.path.abspath(folder)} has {len(files)}. "
            "Leave files out with a .amlignore file, or put data on a datastore.")
