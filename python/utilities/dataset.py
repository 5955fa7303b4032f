"""Sample data for the service's recipes.

Microsoft's archives of them are gone. MNIST_SOURCE and RNN_DATASET_SOURCE name a folder or a URL that has the files instead.
Without the first, images of the same shape and format are taken from Debian's package dataset-fashion-mnist.
"""
from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Iterator, Sequence
from urllib.parse import urlsplit

MNIST_FILES = ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")
MNIST_DEFAULT = "/usr/share/datasets/fashion-mnist"
RNN_FILES = ("linux_input.txt", "shakespeare_input.txt", "war_and_peace_input.txt")


def download_file(sas: str, destination: str) -> None:
    """Keeps what the URL gives as `destination`, unless that is there already."""
    if os.path.exists(destination):
        return
    print(f"Downloading {sas.split('?')[0]} ...", flush=True)
    partial = destination + ".partial"
    with urllib.request.urlopen(sas) as source, open(partial, "wb") as target:
        shutil.copyfileobj(source, target)
    os.replace(partial, destination)
    print("Done", flush=True)


def download_and_upload_mnist_dataset_to_blob(blob_service: Any, azure_blob_container_name: str, mnist_dataset_directory: str) -> None:
    """Puts the four idx.gz files of MNIST's format into a directory of the container."""
    source = os.environ.get("MNIST_SOURCE") or MNIST_DEFAULT
    advice = "On Debian: apt-get install dataset-fashion-mnist. Or MNIST_SOURCE names a folder or a URL that has them."
    with _local_files("MNIST", source, MNIST_FILES, advice) as folder:
        _upload("MNIST", blob_service, azure_blob_container_name, mnist_dataset_directory, folder, MNIST_FILES)


def download_and_upload_rnn_dataset_to_blob(blob_service: Any, azure_blob_container_name: str, rnn_dataset_directory: str) -> None:
    """Puts the three texts of the recurrent network's recipe into a directory of the container."""
    source = os.environ.get("RNN_DATASET_SOURCE")
    advice = f"RNN_DATASET_SOURCE names a folder or a URL that has {', '.join(RNN_FILES)}."
    if not source:
        raise FileNotFoundError(f"Microsoft's archive of the RNN dataset is gone. {advice}")
    with _local_files("RNN", source, RNN_FILES, advice) as folder:
        _upload("RNN", blob_service, azure_blob_container_name, rnn_dataset_directory, folder, RNN_FILES)


@contextlib.contextmanager
def _local_files(what: str, source: str, names: Sequence[str], advice: str) -> Iterator[Path]:
    """A folder that has the files, for the time of the block. FileNotFoundError with `advice` where one cannot be had."""
    parts = urlsplit(source)
    if parts.scheme in ("", "file"):
        folder = Path(urllib.request.url2pathname(parts.path) if parts.scheme else source)
        missing = [name for name in names if not (folder / name).is_file()]
        if missing:
            raise FileNotFoundError(f"The {what} dataset is not there: {folder / missing[0]}. {advice}")
        yield folder
        return
    with tempfile.TemporaryDirectory() as made:
        for name in names:
            url = f"{source.rstrip('/')}/{name}"
            try:
                download_file(url, os.path.join(made, name))
            except urllib.error.URLError as error:
                raise FileNotFoundError(f"The {what} dataset cannot be had: {url}: {error}. {advice}") from error
        yield Path(made)


def _upload(what: str, blob_service: Any, container: str, directory: str, folder: Path, names: Sequence[str]) -> None:
    print(f"Uploading {what} dataset", flush=True)
    for name in names:
        blob_service.create_blob_from_path(container, f"{directory}/{name}", str(folder / name))
    print("Done", flush=True)
