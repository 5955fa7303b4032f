"""What is listed in a storage account, and what is put there, with the real clients of 2019."""
from __future__ import annotations

from pathlib import Path
from typing import Any, List

import pytest
from azure.storage.blob import BlockBlobService
from azure.storage.file import FileService

from scripted_server import Request, ScriptedServer
from utilities import _parameters, dataset
from utilities.job_factory import FileParameter

KEY = "a2V5"


def at(server: ScriptedServer) -> str:
    return server.url.split("://")[1] + "/acc"


@pytest.fixture
def account(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clients that a parameter makes for itself find the scripted server."""
    monkeypatch.setattr(_parameters, "BlockBlobService",
                        lambda name, key: BlockBlobService(name, key, protocol="http", custom_domain=at(server)))

    def files(name: str, key: str) -> FileService:
        made = FileService(name, key, protocol="http")
        made.primary_endpoint = at(server)
        return made
    monkeypatch.setattr(_parameters, "FileService", files)


def parameter(kind: str, **more: Any) -> FileParameter:
    place = {"container": "box"} if kind == "BLOB" else {"fileshare": "box"}
    return FileParameter(**{"parameter_name": "FILE", "storage_account_name": "acc", "storage_account_key": KEY, "storage_type": kind,
                            "mount_method": "JOB", "mount_path": "mnt", **place, **more})


def paths(made: FileParameter) -> List[str]:
    return [each["FILE"] for each in made.grid()]


def blob_listing(names: List[str], marker: str = "") -> bytes:
    blobs = "".join(f"<Blob><Name>{name}</Name><Properties><BlobType>BlockBlob</BlobType></Properties>"
                    f"<Metadata>{'<hdi_isfolder>true</hdi_isfolder>' if name.endswith('folder') else ''}</Metadata></Blob>" for name in names)
    return f'<?xml version="1.0"?><EnumerationResults><Blobs>{blobs}</Blobs><NextMarker>{marker}</NextMarker></EnumerationResults>'.encode()


def test_the_blobs_of_a_container_are_the_paths_of_its_mount(server: ScriptedServer, account: None) -> None:
    def listing(request: Request) -> bytes:
        assert request.query["prefix"] == "data/" and request.query["include"] == "metadata"
        return blob_listing(["data/z.txt"]) if request.query.get("marker") else blob_listing(["data/b.csv", "data/a.txt", "data/folder"], "m")
    server.on("GET", "/acc/box", listing)
    assert paths(parameter("BLOB", directory="data", filter_str="data/.*")) == [
        f"$AZ_BATCHAI_JOB_MOUNT_ROOT/mnt/data/{name}" for name in ("a.txt", "b.csv", "z.txt")]
    assert paths(parameter("BLOB", directory="data", filter_str=r".*\.txt$", mount_method="CLUSTER")) == [
        f"$AZ_BATCHAI_MOUNT_ROOT/mnt/data/{name}" for name in ("a.txt", "z.txt")]
    with pytest.raises(ValueError, match="box has no such file"):
        parameter("BLOB", directory="data", filter_str="other").grid()


def test_the_files_of_a_share_are_found_in_all_its_folders(server: ScriptedServer, account: None) -> None:
    def folder(files: List[str], folders: List[str]) -> bytes:
        entries = "".join(f"<File><Name>{name}</Name><Properties><Content-Length>1</Content-Length></Properties></File>" for name in files) + \
            "".join(f"<Directory><Name>{name}</Name><Properties/></Directory>" for name in folders)
        return f'<?xml version="1.0"?><EnumerationResults><Entries>{entries}</Entries><NextMarker/></EnumerationResults>'.encode()
    server.on("GET", "/acc/box", folder(["b.txt"], ["data", "other"]))
    server.on("GET", "/acc/box/data", folder(["c.txt"], ["deep"]))
    server.on("GET", "/acc/box/data/deep", folder(["d.txt"], []))
    server.on("GET", "/acc/box/other", folder([], []))
    root = "$AZ_BATCHAI_JOB_MOUNT_ROOT/mnt/"
    assert paths(parameter("FILE")) == [root + "b.txt", root + "data/c.txt", root + "data/deep/d.txt"]
    assert paths(parameter("FILE", directory="/data/", filter_str=".*/d")) == [root + "data/deep/d.txt"]


def test_what_was_listed_once_is_not_listed_again(server: ScriptedServer, account: None) -> None:
    server.on("GET", "/acc/box", blob_listing(["a", "b"]))
    made = parameter("BLOB")
    assert len(made.grid()) == 2 and {made.draw()["FILE"][-1] for _ in range(50)} == {"a", "b"}
    assert len(server.requests) == 1


@pytest.fixture
def blob_service(server: ScriptedServer) -> BlockBlobService:
    server.on("PUT", "/acc/box/.*", (201, b"", {"ETag": '"1"', "Last-Modified": "Fri, 25 Oct 2019 06:49:05 GMT"}))
    return BlockBlobService("acc", KEY, protocol="http", custom_domain=at(server))


def uploaded(server: ScriptedServer) -> List[str]:
    return [request.path for request in server.asked("PUT")]


@pytest.mark.parametrize("named", ["default", "folder", "file URL", "http URL"])
def test_mnist_is_uploaded_from_where_it_is(server: ScriptedServer, blob_service: BlockBlobService, monkeypatch: pytest.MonkeyPatch,
                                            tmp_path: Path, capsys: Any, named: str) -> None:
    folder = tmp_path / "other place"
    folder.mkdir()
    for name in dataset.MNIST_FILES:
        (folder / name).write_bytes(name.encode())
        server.on("GET", f"/mnist/{name}", (200, name.encode(), {}))
    sources = {"folder": str(folder), "file URL": folder.as_uri(), "http URL": server.url + "/mnist/"}
    if named in sources:
        monkeypatch.setenv("MNIST_SOURCE", sources[named])
    else:
        monkeypatch.setattr(dataset, "MNIST_DEFAULT", str(folder))
    dataset.download_and_upload_mnist_dataset_to_blob(blob_service, "box", "mnist_dataset")
    assert uploaded(server) == [f"/acc/box/mnist_dataset/{name}" for name in dataset.MNIST_FILES]
    assert [request.body.decode() for request in server.asked("PUT")] == list(dataset.MNIST_FILES)
    assert capsys.readouterr().out.endswith("Uploading MNIST dataset\nDone\n")


def test_missing_images_are_named_with_what_to_do(server: ScriptedServer, blob_service: BlockBlobService, monkeypatch: pytest.MonkeyPatch,
                                                  tmp_path: Path) -> None:
    monkeypatch.setattr(dataset, "MNIST_DEFAULT", str(tmp_path / "nowhere"))
    with pytest.raises(FileNotFoundError, match="apt-get install dataset-fashion-mnist"):
        dataset.download_and_upload_mnist_dataset_to_blob(blob_service, "box", "d")
    monkeypatch.setenv("MNIST_SOURCE", server.url + "/gone")
    with pytest.raises(FileNotFoundError, match="/gone/train-images-idx3-ubyte.gz.*404.*MNIST_SOURCE"):
        dataset.download_and_upload_mnist_dataset_to_blob(blob_service, "box", "d")
    assert not uploaded(server)


def test_the_texts_are_gone_unless_somebody_has_them(server: ScriptedServer, blob_service: BlockBlobService, tmp_path: Path,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileNotFoundError, match="Microsoft's archive of the RNN dataset is gone.*RNN_DATASET_SOURCE"):
        dataset.download_and_upload_rnn_dataset_to_blob(blob_service, "box", "d")
    monkeypatch.setenv("RNN_DATASET_SOURCE", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="linux_input.txt"):
        dataset.download_and_upload_rnn_dataset_to_blob(blob_service, "box", "d")
    for name in dataset.RNN_FILES:
        (tmp_path / name).write_text("text")
    dataset.download_and_upload_rnn_dataset_to_blob(blob_service, "box", "rnn")
    assert uploaded(server) == [f"/acc/box/rnn/{name}" for name in dataset.RNN_FILES]


def test_a_download_is_whole_or_not_there(server: ScriptedServer, capsys: Any) -> None:
    server.on("GET", "/file", (200, b"content", {}))
    dataset.download_file(server.url + "/file?sig=secret", "kept")
    assert Path("kept").read_text() == "content"
    assert capsys.readouterr().out == f"Downloading {server.url}/file ...\nDone\n"
    dataset.download_file(server.url + "/file?sig=secret", "kept")
    assert len(server.requests) == 1, "what is there is not fetched again"
    with pytest.raises(OSError):
        dataset.download_file(server.url + "/absent", "other")
    assert not Path("other").exists()
