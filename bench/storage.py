"""Storage beside its peers, measured in turns in the same run: a file server (nginx), an emulator (Azurite), and client libraries against a
server that does nothing. Prints as bench.py does; `limit` is the peer's figure.
"""
from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / 'bench'), str(ROOT / 'tests/e2e'), str(ROOT / 'tests/clients'), str(ROOT / 'python')]

import client_sets  # noqa: E402
from azure.storage.blob import ContainerSasPermissions, generate_container_sas  # noqa: E402
from bench import TOOLS, Report, Service, raw_load  # noqa: E402
from server import Homeport, free_port, wait_for  # noqa: E402

EMULATOR_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='
VERSION = '2021-12-02'


class Container:
    """An empty container, and a SAS that lets its bearer do everything in it."""

    def __init__(self, endpoint, account, key):
        self.endpoint, self.name = endpoint, 'bench-' + uuid.uuid4().hex[:8]
        from azure.storage.blob import BlobServiceClient
        BlobServiceClient(endpoint, {'account_name': account, 'account_key': key}).create_container(self.name)
        tomorrow = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
        self.sas = generate_container_sas(account, self.name, account_key=key, permission=ContainerSasPermissions.from_string('rwdlc'), expiry=tomorrow)

    @property
    def url(self):
        return '%s/%s?%s' % (self.endpoint, self.name, self.sas)

    def blob(self, name):
        return '%s/%s/%s?%s' % (self.endpoint, self.name, name, self.sas)


def workspace_container(homeport):
    from azureml.core import Workspace
    os.environ['HOME'] = str(homeport.home)
    os.chdir(homeport.project)
    ds = Workspace.from_config().get_default_datastore()
    return Container('%s/%s' % (homeport.url, ds.account_name), ds.account_name, ds.account_key)


@contextlib.contextmanager
def program(words, **options):
    # A group of its own: the node of a Python package is a program that starts another.
    process = subprocess.Popen(list(map(str, words)), start_new_session=True, **options)
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


@contextlib.contextmanager
def nginx(folder):
    """nginx that stores what is PUT below `folder`, on the same file system and with its usual settings; its URL."""
    port = free_port()
    for name in ('kept', 'temp'):
        (folder / name).mkdir()
        folder.chmod(0o755)
    (folder / 'nginx.conf').write_text('''
        daemon off; user root; worker_processes auto; pid %(folder)s/pid; error_log %(folder)s/error.log;
        events { worker_connections 256; }
        http { access_log off; sendfile on; client_body_temp_path %(folder)s/temp; client_max_body_size 0;
               server { listen 127.0.0.1:%(port)d; location / { root %(folder)s/kept; dav_methods PUT; } } }''' % {'folder': folder, 'port': port})
    with program(['/usr/sbin/nginx', '-c', folder / 'nginx.conf', '-e', folder / 'error.log']):
        wait_for(lambda: subprocess.run(['curl', '-s', '-o', '/dev/null', 'http://127.0.0.1:%d/' % port]).returncode == 0, 'nginx', 20)
        yield 'http://127.0.0.1:%d' % port


@contextlib.contextmanager
def azurite(folder):
    """Azurite on a folder of its own; its Blob endpoint."""
    port = free_port()
    main = TOOLS / 'azurite/node_modules/azurite/dist/src/blob/main.js'
    words = [client_sets.node().program, main, '--silent', '--blobPort', port, '--location', folder, '--skipApiVersionCheck', '--disableTelemetry']
    with program(words, stdout=subprocess.DEVNULL):
        url = 'http://127.0.0.1:%d/devstoreaccount1' % port
        wait_for(lambda: subprocess.run(['curl', '-s', '-o', '/dev/null', url]).returncode == 0, 'azurite', 60)
        yield url


@contextlib.contextmanager
def null_server():
    with program([TOOLS / 'null_server'], stdout=subprocess.PIPE, text=True) as process:
        yield 'http://127.0.0.1:%d/null/none?%s' % (int(process.stdout.readline()), 'sv=2021-12-02&sr=c&sp=rwdlc&sig=' + 'x' * 44)


def seconds(*commands):
    began = time.monotonic()
    for words in commands:
        subprocess.run(list(map(str, words)), check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def curl(*words):
    return ['curl', '-sS', '--fail', '-o', '/dev/null', *words]


def large_file(container, report, folder, mib, rounds):
    """With curl, up until it is on the disk and down again; nginx does not sync, so `sync` does it in its turn."""
    source = folder / 'source'
    with open(source, 'wb') as file:
        for _ in range(mib):
            file.write(os.urandom(1 << 20))
    (folder / 'nginx').mkdir()
    ours = container.blob('large')
    headers = ['-H', 'x-ms-blob-type: BlockBlob', '-H', 'x-ms-version: ' + VERSION]
    up, down = {'ours': [], 'nginx': []}, {'ours': [], 'nginx': []}
    with nginx(folder / 'nginx') as theirs:
        os.sync()
        for _ in range(rounds):
            up['ours'].append(seconds(curl('-T', source, *headers, ours)))
            up['nginx'].append(seconds(curl('-T', source, theirs + '/large'), ['sync', folder / 'nginx/kept/large']))
            down['ours'].append(seconds(curl(ours)))
            down['nginx'].append(seconds(curl(theirs + '/large')))
    for what, found in (('up, on the disk', up), ('down', down)):
        ours, theirs = (mib / statistics.median(found[who]) for who in ('ours', 'nginx'))
        report.add('%d MiB %s, curl and SAS (limit: nginx)' % (mib, what), ours, 'MiB/s', theirs, round(0.8 * theirs, 3))


def small_requests(container, count, first):
    """{"put", "get"}: requests a second for blobs of 4 KiB on 16 kept connections."""
    host, port = container.endpoint.split('/')[2].split(':')
    path = container.blob('%s/{N}' % first)[len('http://%s:%s' % (host, port)):]
    head = 'Host: %s:%s\r\nx-ms-version: %s\r\n' % (host, port, VERSION)
    put = 'PUT %s HTTP/1.1\r\n%sx-ms-blob-type: BlockBlob\r\nContent-Length: 4096\r\n\r\n' % (path, head)
    found = {}
    for what, request in (('put', put.encode() + bytes(4096)), ('get', ('GET %s HTTP/1.1\r\n%s\r\n' % (path, head)).encode())):
        figures = raw_load(host, port, 16, count, request)
        assert figures['errors'] == 0, figures
        found[what] = figures['per_second']
    return found


def small_blobs(container, report, folder, count, rounds):
    (folder / 'azurite').mkdir()
    found = {'ours': [], 'azurite': []}
    with azurite(folder / 'azurite') as url:
        theirs = Container(url, 'devstoreaccount1', EMULATOR_KEY)
        for number in range(rounds):
            found['ours'].append(small_requests(container, count, 'small%d' % number))
            found['azurite'].append(small_requests(theirs, count, 'small%d' % number))
    for what in ('put', 'get'):
        ours, theirs = (statistics.median(each[what] for each in found[who]) for who in ('ours', 'azurite'))
        report.add('4 KiB blobs, %s, 16 connections (limit: Azurite)' % what, ours, '1/s', theirs, round(5 * theirs, 3))


def client_library(container, report, name, words, mib, count, rounds, env=None):
    """One library's own programs against us and against a server that does nothing."""
    units = {'upload': (mib, 'MiB/s'), 'download': (mib, 'MiB/s'), 'put': (count, '1/s'), 'get': (count, '1/s')}
    found = {'ours': [], 'null': []}
    with null_server() as null:
        for _ in range(rounds):
            for who, url in (('ours', container.url), ('null', null)):
                done = subprocess.run([*map(str, words), url, str(mib << 20), str(count)], check=True, stdout=subprocess.PIPE, env={**os.environ, **(env or {})})
                found[who].append(json.loads(done.stdout))
    for what, (amount, unit) in units.items():
        ours, theirs = (amount / statistics.median(each[what] for each in found[who]) for who in ('ours', 'null'))
        report.add('%s, %s (limit: a null server)' % (name, what), ours, unit, theirs, round(0.8 * theirs, 3))


def control_plane(homeport, report, count):
    service = Service(homeport)
    host, port = homeport.url.split('//')[1].split(':')
    request = 'GET %s?api-version=2019-06-01 HTTP/1.1\r\nHost: %s:%s\r\nAuthorization: Bearer %s\r\n\r\n' % (service.scope, host, port, homeport.token)
    found = [raw_load(host, port, 64, count, request.encode()) for _ in range(5)]
    assert not any(figures['errors'] for figures in found), found
    report.add('ARM GET, 64 clients, p99', statistics.median(figures['p99_ms'] for figures in found), 'ms', None, 2, smaller_is_better=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--json', action='store_true')
    parser.add_argument('--mib', type=int, default=1024, help='of the large file')
    parser.add_argument('--small', type=int, default=2000, help='small blobs of one turn')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--only', action='append', choices=['nginx', 'azurite', 'python', 'node', 'arm'])
    arguments = parser.parse_args()
    wanted = arguments.only or ['nginx', 'azurite', 'python', 'node', 'arm']
    report = Report(arguments.json)
    folder = Path(tempfile.mkdtemp(dir=TOOLS))
    homeport = Homeport(folder)
    homeport.up()
    try:
        container = workspace_container(homeport)
        if 'nginx' in wanted:
            large_file(container, report, folder, arguments.mib, arguments.rounds)
        if 'azurite' in wanted:
            small_blobs(container, report, folder, arguments.small, arguments.rounds)
        if 'python' in wanted:
            client_library(container, report, 'azure-storage-blob', [client_sets.python_of('newest'), ROOT / 'bench/sdk_blobs.py'], 64, 200, arguments.rounds,
                           {'PYTHONPATH': ''})
        if 'node' in wanted:
            node = client_sets.node()
            client_library(container, report, '@azure/storage-blob', [node.program, ROOT / 'bench/sdk_blobs.js'], 64, 200, arguments.rounds,
                           {'NODE_PATH': str(node.modules)})
        if 'arm' in wanted:
            control_plane(homeport, report, 20000)
    finally:
        homeport.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == '__main__':
    main()
