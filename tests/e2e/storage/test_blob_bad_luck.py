"""The Blob dialect where clients die, lie and pry, and where programs plant things in the mounted tree."""
import base64
import datetime
import os
import socket
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest


def failure(action):
    """The status and code that `action` fails with."""
    from azure.core.exceptions import HttpResponseError
    with pytest.raises(HttpResponseError) as caught:
        action()
    return caught.value.status_code, caught.value.error_code


@pytest.fixture
def tree(homeport, account, container):
    """The folder that a mount of the container shows."""
    return homeport.data / 'objects' / account.name / 'blob' / container.container_name


def test_a_block_list_with_an_unknown_block_leaves_the_old_blob(container):
    blob = container.upload_blob('a', b'old')
    blob.stage_block('known', b'new')
    assert failure(lambda: blob.commit_block_list(['known', 'other'])) == (400, 'InvalidBlockList')
    assert blob.download_blob().readall() == b'old'


def test_a_client_that_dies_in_the_middle_leaves_nothing_half_visible(homeport, account, container, tree):
    container.get_blob_client('log').create_append_blob()
    host, port = homeport.url.split('://')[1].split(':')
    targets = {'whole': 'x-ms-blob-type: BlockBlob\r\n', 'blocks?comp=block&blockid=YQ%3D%3D': '', 'log?comp=appendblock': ''}
    for target, header in targets.items():
        with socket.create_connection((host, int(port)), timeout=20) as wire:
            wire.sendall(('PUT /%s/%s/%s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Length: 3000000\r\n%s\r\n' % (
                account.name, container.container_name, target, host, homeport.token, header)).encode() + b'x' * 1_500_000)
    assert [(blob.name, blob.size) for blob in container.list_blobs()] == [('log', 0)]
    assert sorted(path.name for path in tree.iterdir()) == ['log']
    container.get_blob_client('log').append_block(b'whole')
    assert container.download_blob('log').readall() == b'whole'


@pytest.mark.parametrize('name', ['..%2Fup', '/etc/passwd', 'a\\..\\b', '%00x', 'x' * 300 + '/y', 'ü\n'])
def test_a_name_never_leads_out_of_the_container(container, tree, name):
    before = sorted(tree.parent.iterdir())
    blob = container.get_blob_client(name)
    blob.upload_blob(b'mine')
    assert blob.download_blob().readall() == b'mine'
    assert [found.size for found in container.list_blobs()] == [4]
    assert sorted(tree.parent.iterdir()) == before and not (tree.parent.parent / 'up').exists()
    blob.delete_blob()


@pytest.mark.parametrize('path', ['../up', '%2e%2e/up', 'a/../../up', 'a/%2e%2e%2f%2e%2e%2fup', './up', '%2Fup', '%00', 'a%00/../up'])
def test_a_path_on_the_wire_never_leads_out_of_the_container(homeport, account, container, tree, path):
    """Paths as no client sends them: clients resolve dots themselves."""
    before = sorted(tree.parent.iterdir())
    target = '/%s/%s/%s' % (account.name, container.container_name, path)
    assert homeport.request('PUT', target, b'mine', headers={'x-ms-blob-type': 'BlockBlob'}).status == 201
    assert homeport.request('GET', target).body == b'mine'
    assert [found.size for found in container.list_blobs()] == [4]
    assert sorted(tree.parent.iterdir()) == before and not (tree.parent.parent / 'up').exists()


def test_links_and_fifos_in_the_mounted_tree_are_no_blobs(homeport, container, tree, tmp_path):
    secret = tmp_path / 'secret'
    secret.write_text('key')
    secret.chmod(0o600)
    (tree / 'link').symlink_to(secret)
    (tree / 'folder').symlink_to(tmp_path)
    os.mkfifo(tree / 'fifo')
    if os.stat(tmp_path).st_dev == os.stat(tree).st_dev:
        os.link(secret, tree / 'hard')
    container.upload_blob('real', b'1')
    assert [blob.name for blob in container.list_blobs()] == ['real']
    for name in ('link', 'folder/secret', 'fifo', 'hard'):
        blob = container.get_blob_client(name)
        for action in (blob.download_blob, blob.get_blob_properties, blob.create_snapshot, blob.acquire_lease):
            assert failure(action)[0] == 404, name
    copy = container.get_blob_client('copy')
    assert failure(lambda: copy.start_copy_from_url(container.get_blob_client('link').url))[0] == 404
    container.get_blob_client('link').upload_blob(b'2')
    assert secret.read_text() == 'key'


def test_what_a_mount_writes_is_at_once_the_blob(container, tree):
    blob = container.get_blob_client('log')
    blob.create_append_blob(metadata={'k': 'v'})
    blob.append_block(b'one')
    kept = blob.create_snapshot()['snapshot']
    with open(tree / 'log', 'ab') as file:
        file.write(b' two')
    seen = blob.get_blob_properties()
    assert (seen.blob_type, seen.size, seen.metadata) == ('BlockBlob', 7, {})
    assert blob.download_blob().readall() == b'one two'
    assert failure(lambda: blob.append_block(b'x')) == (409, 'InvalidBlobType')
    assert container.get_blob_client('log', snapshot=kept).download_blob().readall() == b'one'
    blob.upload_blob(b'three', overwrite=True)
    assert (tree / 'log').read_bytes() == b'three'


def test_ten_thousand_blobs_are_listed_in_pages(container, tree):
    names = sorted('d%02d/%04d' % (number % 40, number) for number in range(10_000))
    for name in names:
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).write_bytes(b'')
    pages = list(container.list_blobs(results_per_page=3000).by_page())
    listed = [[blob.name for blob in page] for page in pages]
    assert [len(page) for page in listed] == [3000, 3000, 3000, 1000]
    assert [name for page in listed for name in page] == names
    assert len(list(container.walk_blobs(delimiter='/'))) == 40


def test_many_appenders_lose_nothing(container):
    blob = container.get_blob_client('log')
    blob.create_append_blob()
    lines = [('%04d %s\n' % (number, uuid.uuid4().hex)).encode() for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(blob.append_block, lines))
    assert sorted(blob.download_blob().readall().splitlines(True)) == lines


def test_a_tampered_signature_and_a_wrong_key_are_refused(account, container):
    from azure.storage.blob import BlobClient, BlobServiceClient, generate_blob_sas
    container.upload_blob('a', b'bytes')
    wrong = {'account_name': account.name, 'account_key': base64.b64encode(b'w' * 64).decode()}
    stranger = BlobServiceClient(account.url, credential=wrong).get_blob_client(container.container_name, 'a')
    uses = (stranger.download_blob, stranger.delete_blob, stranger.create_snapshot, stranger.acquire_lease,
            lambda: stranger.append_block(b'x'), lambda: stranger.set_standard_blob_tier('Cool'))
    for use in uses:
        assert failure(use) == (403, 'AuthenticationFailed')
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    good = generate_blob_sas(account.name, container.container_name, 'a', account_key=account.key, permission='r', expiry=soon)
    url = '%s/%s/a?' % (account.url, container.container_name)
    assert BlobClient.from_blob_url(url + good).download_blob().readall() == b'bytes'
    for bad in (good.replace('sp=r', 'sp=rw'), good.replace('sig=', 'sig=A')):
        assert failure(BlobClient.from_blob_url(url + bad).download_blob) == (403, 'AuthenticationFailed')
