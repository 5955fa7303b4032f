"""Copying files to and from a container, several at once, with the progress text that users know."""
from __future__ import annotations

import os
import threading
from typing import IO, Callable, Iterable, List, NamedTuple, Optional, Sequence, TypeVar

from .._wire.blob import BlobItem, Container
from ..exceptions import UserErrorException

PARALLEL = 8

T = TypeVar("T")


class Upload(NamedTuple):
    """One file and the blob it becomes."""

    path: str
    blob: str


def files_below(folder: str, target_path: Optional[str]) -> List[Upload]:
    """Every file of a folder, in name order; sockets, pipes and devices are left out. Raises UserErrorException if there
    is no such folder."""
    if not os.path.isdir(folder):
        what = "is a file, not a folder; upload_files takes files" if os.path.isfile(folder) else "does not exist"
        raise UserErrorException(f"The folder to upload {what}: {os.path.abspath(folder)}", target="src_dir")
    found = []
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(place, name)
            if not os.path.isfile(path):
                continue
            found.append(Upload(path, blob_name(target_path, os.path.relpath(path, folder))))
    return found


def files_given(files: Sequence[str], root: Optional[str], target_path: Optional[str]) -> List[Upload]:
    """The files named; raises UserErrorException for the first that is not there, or that lies outside `root`."""
    for path in files:
        if not os.path.isfile(path):
            raise UserErrorException(f"The file to upload does not exist: {os.path.abspath(path)}", target="files")
    if root is None:
        folders = [os.path.dirname(os.path.abspath(path)) for path in files]
        root = os.path.commonpath(folders) if folders else "."
    result = []
    for path in files:
        inside = os.path.relpath(os.path.abspath(path), os.path.abspath(root))
        if inside.startswith(os.pardir):
            raise UserErrorException(f"{path} does not lie in relative_root {root}.", target="relative_root")
        result.append(Upload(path, blob_name(target_path, inside)))
    return result


def blob_name(target_path: Optional[str], inside: str) -> str:
    target = (target_path or "").strip("/")
    while target.startswith("./"):
        target = target[2:]
    name = inside.replace(os.sep, "/")
    return name if target in ("", ".") else f"{target}/{name}"


class _Progress:
    """Counts and prints what is done; several threads use it."""

    def __init__(self, show: bool, total: int) -> None:
        self._show = show
        self._total = total
        self._lock = threading.Lock()
        self.done = 0

    def say(self, text: str) -> None:
        if self._show:
            with self._lock:
                print(text, flush=True)

    def finish_one(self, verb: str, path: str) -> None:
        with self._lock:
            self.done += 1
            if self._show:
                print(f"{verb} {path}, {self.done} files out of an estimated total of {self._total}", flush=True)


def upload_files(container: Container, files: Sequence[Upload], overwrite: bool, show_progress: bool) -> int:
    """Stores the files; answers how many. One that is there already is skipped unless `overwrite`."""
    progress = _Progress(show_progress, len(files))
    progress.say(f"Uploading an estimated of {len(files)} files")

    def upload(each: Upload) -> None:
        if not overwrite and container.size_of(each.blob) is not None:
            progress.say(f"Target already exists. Skipping upload for {each.blob}")
            return
        progress.say(f"Uploading {each.path}")
        with open(each.path, "rb") as file:
            container.put(each.blob, file, os.fstat(file.fileno()).st_size)
        progress.finish_one("Uploaded", each.path)

    in_parallel(upload, files)
    progress.say(f"Uploaded {progress.done} files")
    return progress.done


def download_files(container: Container, target_path: str, prefix: Optional[str], overwrite: bool,
                   show_progress: bool) -> int:
    """Copies the blobs below `prefix` into the folder; answers how many. A file there already is skipped unless
    `overwrite`."""
    blobs = [blob for blob in container.list((prefix or "").lstrip("/")) if _is_below(blob.name, prefix)]
    progress = _Progress(show_progress, len(blobs))

    def download(blob: BlobItem) -> None:
        path = inside_folder(target_path, blob.name)
        if os.path.exists(path) and not overwrite:
            progress.say(f"Path already exists. Skipping download for {path}")
            return
        progress.say(f"Downloading {blob.name}")
        write_file(path, lambda file: container.get(blob.name, file, blob.size))
        progress.finish_one("Downloaded", blob.name)

    in_parallel(download, blobs)
    progress.say(f"Downloaded {progress.done} files")
    return progress.done


def write_file(path: str, fill: Callable[[IO[bytes]], object]) -> None:
    """Makes the file whole or not at all: it appears under its name when `fill` has written it."""
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    partial = f"{path}.{os.getpid()}-{threading.get_ident()}.part"
    try:
        with open(partial, "wb") as file:
            fill(file)
        os.replace(partial, path)
    except BaseException:
        if os.path.exists(partial):
            os.unlink(partial)
        raise


def inside_folder(folder: str, name: str) -> str:
    """Where a stored name goes below `folder`; a name that would lead out of it raises UserErrorException."""
    path = os.path.normpath(os.path.join(folder, *name.split("/")))
    if os.path.relpath(path, folder).split(os.sep)[0] == os.pardir or os.path.isabs(name):
        raise UserErrorException(f"The stored name {name!r} leads out of the folder {folder}.")
    return path


def in_parallel(work: Callable[[T], None], items: Iterable[T]) -> None:
    """Does the work for each item, up to 8 at once; the first error ends it and is raised."""
    items = list(items)
    if len(items) <= 1:
        for item in items:
            work(item)
        return
    from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

    with ThreadPoolExecutor(max_workers=min(PARALLEL, len(items))) as pool:
        futures = [pool.submit(work, item) for item in items]
        _, unfinished = wait(futures, return_when=FIRST_EXCEPTION)
        for future in unfinished:
            future.cancel()
        for future in futures:
            if not future.cancelled():
                future.result()


def _is_below(name: str, prefix: Optional[str]) -> bool:
    """`data` names the folder data and the file data, not database.csv."""
    folder = (prefix or "").strip("/")
    return not folder or name == folder or name.startswith(folder + "/")
