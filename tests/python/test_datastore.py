"""Datastores: the text of transfers, signing, references."""
import base64
import re
from pathlib import Path

import pytest

from azureml._local.transfer import blob_name, inside_folder
from azureml._wire.blob import BLOCK_BYTES, container_url
from azureml._wire.shared_key import authorization, string_to_sign
from azureml.core import Datastore
from azureml.data.azure_storage_datastore import AzureBlobDatastore
from azureml.data.data_reference import DataReference
from azureml.exceptions import AuthenticationException, NotBuiltException, UserErrorException

from conftest import SCOPE

KEY = base64.b64encode(b"k" * 64).decode()
STORES = f"/datastore/v1.0{SCOPE}"


@pytest.fixture
def blobs(server):
    """A container `c` of account `acct` in memory."""
    kept, blocks = {}, {}

    def name(request):
        return request.path[len("/acct/c/"):]

    def put(request):
        if request.query.get("comp") == "block":
            blocks[request.query["blockid"]] = request.body
        elif request.query.get("comp") == "blocklist":
            kept[name(request)] = b"".join(blocks[each] for each in re.findall("<Latest>(.*?)</Latest>", request.body.decode()))
        else:
            kept[name(request)] = request.body
        return 201

    def get(request):
        if name(request) not in kept:
            return 404, b"", {"x-ms-error-code": "BlobNotFound"}
        first, last = re.match(r"bytes=(\d+)-(\d+)", request.headers["x-ms-range"]).groups()
        return 206, kept[name(request)][int(first):int(last) + 1], {}

    def head(request):
        found = kept.get(name(request))
        return (404, b"", {}) if found is None else (200, b"", {"Content-Length": str(len(found))})

    def listing(request):
        prefix = request.query.get("prefix", "")
        names = "".join(f"<Blob><Name>{each}</Name><Properties><Content-Length>{len(kept[each])}</Content-Length>"
                        "</Properties></Blob>" for each in sorted(kept) if each.startswith(prefix))
        return 200, f"<EnumerationResults><Blobs>{names}</Blobs><NextMarker/></EnumerationResults>".encode(), {}

    server.on("PUT", "/acct/c/.*", put)
    server.on("GET", "/acct/c/.*", get)
    server.on("HEAD", "/acct/c/.*", head)
    server.on("GET", "/acct/c", listing)
    return kept


@pytest.fixture
def store(workspace, server, blobs):
    body = {"name": "workspaceblobstore", "dataStoreType": "AzureBlob", "azureStorageSection": {
        "accountName": "acct", "containerName": "c", "endpoint": f"127.0.0.1:{server.port}", "protocol": "http",
        "credentialType": "AccountKey", "credential": KEY}}
    server.on("GET", f"{STORES}/default", body)
    server.on("GET", f"{STORES}/datastores/workspaceblobstore", body)
    server.on("GET", f"{STORES}/datastores", {"value": [body, {"name": "lake", "dataStoreType": "AzureDataLake"}]})
    return workspace.get_default_datastore()


@pytest.fixture
def data():
    Path("data/deep").mkdir(parents=True)
    Path("data/mnist.npz").write_bytes(b"12345")
    Path("data/deep/two words.txt").write_bytes(b"")
    return "data"


def test_attributes_that_the_guide_prints(store):
    assert (store.datastore_type, store.account_name, store.container_name) == ("AzureBlob", "acct", "c")
    assert (store.name, store.account_key, store.is_sas) == ("workspaceblobstore", KEY, False)


def test_ways_to_the_same_datastore(store, workspace):
    for found in (Datastore(workspace, "workspaceblobstore"), Datastore.get(workspace, "workspaceblobstore"),
                  workspace.datastores["workspaceblobstore"], Datastore(workspace)):
        assert type(found) is AzureBlobDatastore and found.name == store.name
    with pytest.raises(UserErrorException, match="Datastore none was not found"):
        Datastore.get(workspace, "none")


def test_upload_prints_the_known_text_and_stores_the_files(store, blobs, data, capsys):
    reference = store.upload(src_dir=data, target_path="mnist_dataset", overwrite=True, show_progress=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Uploading an estimated of 2 files" and lines[-1] == "Uploaded 2 files"
    assert "Uploading data/mnist.npz" in lines
    done = [line for line in lines if line.startswith("Uploaded data/")]
    assert [re.search(r", (\d) files out of an estimated total of 2$", line).group(1) for line in done] == ["1", "2"]
    assert blobs == {"mnist_dataset/mnist.npz": b"12345", "mnist_dataset/deep/two words.txt": b""}
    assert isinstance(reference, DataReference) and reference.path_on_datastore == "mnist_dataset"


def test_what_is_there_is_skipped_unless_overwritten(store, blobs, capsys):
    Path("data").mkdir()
    Path("data/mnist.npz").write_bytes(b"new")
    blobs["t/mnist.npz"] = b"old"
    store.upload("data", "t")
    assert capsys.readouterr().out == ("Uploading an estimated of 1 files\n"
                                       "Target already exists. Skipping upload for t/mnist.npz\nUploaded 0 files\n")
    store.upload("data", "t", overwrite=True)
    assert blobs["t/mnist.npz"] == b"new"


def test_show_progress_false_is_silent(store, data, capsys):
    store.upload(data, show_progress=False)
    assert capsys.readouterr().out == ""


def test_a_large_file_goes_in_blocks_and_comes_back(store, blobs, server):
    content = bytes(range(256)) * (BLOCK_BYTES // 256) + b"tail"
    Path("large.bin").write_bytes(content)
    store.upload_files(["large.bin"], target_path="big")
    assert blobs["big/large.bin"] == content
    assert len([each for each in server.asked("PUT") if each.query.get("comp") == "block"]) == 2
    assert store.download("back", prefix="big") == 1
    assert Path("back/big/large.bin").read_bytes() == content


def test_download_takes_what_lies_below_the_prefix(store, blobs, capsys):
    blobs.update({"data/a.txt": b"a", "data/b/c.txt": b"c", "database.csv": b"no"})
    Path("out/data").mkdir(parents=True)
    Path("out/data/a.txt").write_text("mine")
    assert store.download("out", prefix="data") == 1
    assert sorted(str(each.relative_to("out")) for each in Path("out").rglob("*.*")) == ["data/a.txt", "data/b/c.txt"]
    assert Path("out/data/a.txt").read_text() == "mine"
    printed = capsys.readouterr().out
    assert "Path already exists. Skipping download for out/data/a.txt" in printed
    assert "Downloaded data/b/c.txt, 1 files out of an estimated total of 2" in printed
    assert store.download("out", prefix="data/a.txt", overwrite=True) == 1
    assert Path("out/data/a.txt").read_text() == "a"


def test_upload_of_what_is_not_there_names_it(store):
    with pytest.raises(UserErrorException, match="does not exist: .*no-such-folder"):
        store.upload("no-such-folder")
    with pytest.raises(UserErrorException, match="does not exist: .*no.txt"):
        store.upload_files(["no.txt"])
    Path("file.txt").write_text("x")
    with pytest.raises(UserErrorException, match="is a file, not a folder"):
        store.upload("file.txt")


def test_what_is_no_file_is_left_out(store, blobs):
    import os

    Path("mixed").mkdir()
    Path("mixed/file").write_text("x")
    os.mkfifo("mixed/pipe")
    os.symlink("nowhere", "mixed/dangling")
    store.upload("mixed", "m")
    assert set(blobs) == {"m/file"}


def test_upload_files_keeps_what_lies_below_the_root(store, blobs, data):
    store.upload_files(["data/mnist.npz", "data/deep/two words.txt"], target_path="t")
    store.upload_files(["data/deep/two words.txt"], relative_root="data", target_path="/r/")
    assert set(blobs) == {"t/mnist.npz", "t/deep/two words.txt", "r/deep/two words.txt"}
    with pytest.raises(UserErrorException, match="does not lie in relative_root"):
        store.upload_files(["data/mnist.npz"], relative_root="data/deep")


def test_a_refused_key_says_403(store, server, data):
    server.on("PUT", "/acct/c/.*", (403, b"<Error><Code>AuthenticationFailed</Code><Message>bad signature</Message></Error>", {}))
    with pytest.raises(AuthenticationException, match="bad signature .*403"):
        store.upload(data, overwrite=True)


def test_stored_names_cannot_lead_out_of_a_folder():
    assert inside_folder("out", "a/b.txt") == "out/a/b.txt"
    for name in ("../x", "a/../../x", "/etc/passwd"):
        with pytest.raises(UserErrorException, match="leads out"):
            inside_folder("out", name)


@pytest.mark.parametrize("target, name", [(None, "a/b"), ("", "a/b"), (".", "a/b"), ("t", "t/a/b"), ("/t/u/", "t/u/a/b"), ("./t", "t/a/b")])
def test_blob_names(target, name):
    assert blob_name(target, "a/b") == name


@pytest.mark.parametrize("endpoint, url", [
    ("127.0.0.1:8700", "http://127.0.0.1:8700/acct/c"), ("localhost", "http://localhost/acct/c"),
    ("10.0.0.1", "http://10.0.0.1/acct/c"), ("core.windows.net", "http://acct.blob.core.windows.net/c")])
def test_container_urls(endpoint, url):
    assert container_url("http", endpoint, "acct", "c") == url


def test_the_signed_text_names_the_account_twice_in_path_style():
    headers = {"x-ms-date": "Mon, 01 Jan 2024 00:00:00 GMT", "x-ms-version": "2019-12-12", "x-ms-blob-type": "BlockBlob",
               "Content-Length": "5", "Content-Type": "application/octet-stream"}
    text = string_to_sign("acct", "PUT", "http://h:1/acct/c/two%20words?comp=block&blockid=MDA%3D", headers)
    assert text == ("PUT\n\n\n5\n\napplication/octet-stream\n\n\n\n\n\n\nx-ms-blob-type:BlockBlob\n"
                    "x-ms-date:Mon, 01 Jan 2024 00:00:00 GMT\nx-ms-version:2019-12-12\n"
                    "/acct/acct/c/two%20words\nblockid:MDA=\ncomp:block")
    assert authorization("acct", KEY, "GET", "http://h/acct/c", {"x-ms-date": "d"}).startswith("SharedKey acct:")


def test_an_empty_body_signs_no_length():
    assert string_to_sign("a", "PUT", "http://h/a/c", {"Content-Length": "0"}).split("\n")[3] == ""


def test_references_are_variables_as_text(store):
    place = store.path("mnist_dataset/mnist.npz")
    assert re.fullmatch(r"\$AZUREML_DATAREFERENCE_[0-9a-f]{32}", str(place)) and repr(place) == str(place)
    assert str(store.as_mount()) == "$AZUREML_DATAREFERENCE_workspaceblobstore"
    assert str(store.path("x", data_reference_name="mine")) == "$AZUREML_DATAREFERENCE_mine"


def test_modes_of_references(store):
    place = store.path("p")
    assert place.as_mount().mode == "mount" and place.mode == "mount"
    copied = place.as_download(path_on_compute="/tmp/x", overwrite=True)
    assert copied.to_config()._to_wire() == {"dataStoreName": "workspaceblobstore", "mode": "Download", "pathOnDataStore": "p",
                                             "pathOnCompute": "/tmp/x", "overwrite": True}
    assert copied.data_reference_name == place.data_reference_name
    assert place.as_upload("out").mode == "upload"
    assert place.path("q").path_on_datastore == "p/q"
    with pytest.raises(UserErrorException, match="mode is 'copy'"):
        DataReference(store, mode="copy")


def test_a_file_share_says_what_is_not_built(workspace):
    from azureml.data.azure_storage_datastore import AzureFileDatastore

    with pytest.raises(NotBuiltException, match="AzureFileDatastore.upload"):
        Path("d").mkdir()
        AzureFileDatastore(workspace, "f", "share", "acct").upload("d")


def test_registering_sends_the_section_and_overwriting_replaces(store, workspace, server):
    server.on("POST", f"{STORES}/datastores", 200)
    Datastore.register_azure_blob_container(workspace, "workspaceblobstore", "c", "acct", account_key=KEY)
    sent = server.asked("POST", f"{STORES}/datastores")[0]
    assert sent.json()["dataStoreType"] == "AzureBlob"
    assert sent.json()["azureStorageSection"]["credentialType"] == "AccountKey"
    server.on("PUT", f"{STORES}/datastores/workspaceblobstore", 200)
    Datastore.register_azure_blob_container(workspace, "workspaceblobstore", "c", "acct", sas_token="sv=1", overwrite=True)
    assert server.asked("PUT", f"{STORES}/.*")[0].json()["azureStorageSection"]["isSas"] is True
