"""What is larger than memory: up and down again by today's clients, while the server stays small.

HOMEPORT_LARGE_GIB says how large (0.5); with -s each test prints how long it took and how much memory the server had.
"""
import hashlib
import http.client
import io
import os
import time
import uuid

import pytest

GIB = float(os.environ.get('HOMEPORT_LARGE_GIB') or 0.5)
MIB = 1 << 20
SIZE = int(GIB * 1024) * MIB + 12345
MOST_RESIDENT_MIB = 200
MOST_IN_ONE_REQUEST = 5000 * MIB


class Content(io.RawIOBase):
    """Bytes that are nowhere kept and nowhere the same: each MiB begins with its number."""

    def __init__(self, size=SIZE):
        self.size, self.base, self.at, self.digest = size, os.urandom(MIB), 0, hashlib.sha256()

    def readable(self):
        return True

    def piece(self):
        begin = self.at % MIB
        whole = (self.at // MIB).to_bytes(8, 'big') + self.base[8:]
        return whole[begin:begin + min(MIB - begin, self.size - self.at)]

    def readinto(self, buffer):
        piece = self.piece()[:len(buffer)]
        buffer[:len(piece)] = piece
        self.digest.update(piece)
        self.at += len(piece)
        return len(piece)


class Measured:
    """Seconds and the server's highest resident memory of a block."""

    def __init__(self, pid, size=SIZE):
        self.pid, self.size = pid, size

    def __enter__(self):
        with open('/proc/%d/clear_refs' % self.pid, 'w') as file:
            file.write('5')  # the high-water mark begins anew
        self.began = time.monotonic()
        return self

    def __exit__(self, *_):
        self.seconds = time.monotonic() - self.began
        with open('/proc/%d/status' % self.pid) as file:
            self.mib = next(int(line.split()[1]) for line in file if line.startswith('VmHWM')) / 1024

    def __str__(self):
        return '%.0f MiB/s, the server at most %.0f MiB' % (self.size / MIB / self.seconds, self.mib)


def digest_of(chunks):
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


@pytest.fixture
def blob(account):
    from azure.storage.blob import BlobServiceClient
    service = BlobServiceClient(account.url, {'account_name': account.name, 'account_key': account.key})
    container = service.create_container('large-' + uuid.uuid4().hex[:8])
    yield container.get_blob_client('large')
    container.delete_container()


@pytest.fixture
def file(account):
    from azure.storage.fileshare import ShareServiceClient
    service = ShareServiceClient(account.url + '.file', {'account_name': account.name, 'account_key': account.key})
    share = service.create_share('large-' + uuid.uuid4().hex[:8])
    yield share.get_file_client('large')
    share.delete_share()


def test_a_blob_of_blocks(homeport, blob):
    content = Content()
    with Measured(homeport.pid) as up:
        blob.upload_blob(io.BufferedReader(content, MIB), length=SIZE, max_concurrency=4)
    with Measured(homeport.pid) as down:
        received = digest_of(blob.download_blob(max_concurrency=4).chunks())
    print('\n%.1f GiB as a blob: up %s; down %s' % (GIB, up, down))
    assert content.at == SIZE and received == content.digest.hexdigest()
    assert max(up.mib, down.mib) < MOST_RESIDENT_MIB


def test_a_file_of_a_share(homeport, file):
    content = Content()
    with Measured(homeport.pid) as up:
        file.upload_file(io.BufferedReader(content, MIB), length=SIZE, max_concurrency=4)
    with Measured(homeport.pid) as down:
        received = digest_of(file.download_file(max_concurrency=4).chunks())
    print('\n%.1f GiB as a file: up %s; down %s' % (GIB, up, down))
    assert content.at == SIZE and received == content.digest.hexdigest()
    assert max(up.mib, down.mib) < MOST_RESIDENT_MIB


def test_one_request_with_all_of_it(homeport, blob):
    """A Put Blob as curl sends it: bytes that no client library divides."""
    host, port = homeport.url.split('://')[1].split(':')
    content = Content(min(SIZE, MOST_IN_ONE_REQUEST))
    with Measured(homeport.pid, content.size) as up:
        wire = http.client.HTTPConnection(host, int(port), timeout=600, blocksize=MIB)
        wire.request('PUT', blob.url[len(homeport.url):], io.BufferedReader(content, MIB), {
            'Authorization': 'Bearer ' + homeport.token, 'x-ms-blob-type': 'BlockBlob', 'Content-Length': str(content.size)})
        answer = wire.getresponse()
        assert answer.status == 201, answer.read()
    print('\n%.1f GiB in one request: up %s' % (content.size / (MIB << 10), up))
    assert blob.get_blob_properties().size == content.size and up.mib < MOST_RESIDENT_MIB
    assert digest_of(blob.download_blob().chunks()) == content.digest.hexdigest()
