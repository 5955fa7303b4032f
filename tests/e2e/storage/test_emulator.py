"""`homeport up --emulator`: what published clients look for on port 10000 when a program says UseDevelopmentStorage=true."""
import fcntl
import socket
import tempfile
from pathlib import Path

import pytest

from clients import node_words, python_words, run_outside
from server import Homeport, free_port

PROGRAMS = Path(__file__).with_name('programs')
PORT = 10000
KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='


@pytest.fixture(scope='module')
def emulator(tmp_path_factory):
    """A server whose emulator has the port that the clients themselves name; two test runs of one machine take turns at it."""
    with open(Path(tempfile.gettempdir()) / 'homeport-test-port-10000.lock', 'w') as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        homeport = Homeport(tmp_path_factory.mktemp('emulator'))
        homeport.up('--emulator')
        yield homeport
        homeport.close()


@pytest.mark.parametrize('client', ['batchai-2019', 'newest', 'node'])
def test_clients_find_it_unchanged(emulator, client):
    program = {'batchai-2019': 'emulator_2019.py', 'newest': 'emulator_newest.py', 'node': 'emulator.js'}[client]
    words = node_words(PROGRAMS / program) if client == 'node' else python_words(client, PROGRAMS / program)
    assert run_outside(emulator, words).strip() == 'done'


def test_it_is_said_where_it_is(emulator):
    url = 'http://127.0.0.1:10000/devstoreaccount1'
    assert emulator.json('status')['storageEmulator'] == url
    assert url in emulator.cli('status').stdout and url in emulator.cli('up').stdout


def test_its_account_is_no_workspaces_and_no_workspaces_account_is_there(emulator):
    own = next(path.name for path in (emulator.data / 'objects').iterdir() if path.is_dir())
    foreign = emulator.request('GET', 'http://127.0.0.1:%d/%s?comp=list' % (PORT, own))
    assert (foreign.status, foreign.headers['x-ms-error-code']) == (400, 'AccountNotFound') and 'devstoreaccount1' in foreign.text
    # Its key, which everyone knows, opens nothing at the server's own address.
    assert emulator.request('GET', '/devstoreaccount1?comp=list', token=None, headers={'Authorization': 'SharedKey devstoreaccount1:x'}).status == 401
    # And the owner's token is of the server, not of this account.
    bearer = emulator.request('GET', 'http://127.0.0.1:%d/devstoreaccount1?comp=list' % PORT)
    assert (bearer.status, bearer.headers['x-ms-error-code']) == (401, 'InvalidAuthenticationInfo')


def test_a_request_that_does_not_name_this_machine_is_refused(emulator):
    """A web page could have its own name resolved to 127.0.0.1, and sign with the key that everyone knows."""
    stranger = emulator.request('GET', 'http://127.0.0.1:%d/devstoreaccount1?comp=list' % PORT, token=None, headers={'Host': 'example.com:10000'})
    assert (stranger.status, stranger.headers['x-ms-error-code']) == (400, 'InvalidHeaderValue') and 'example.com' in stranger.text
    here = emulator.request('GET', 'http://127.0.0.1:%d/devstoreaccount1?comp=list' % PORT, token=None, headers={'Host': 'localhost:10000'})
    assert here.headers['x-ms-error-code'] == 'NoAuthenticationInformation'


def test_another_port_and_what_was_kept_stays(tmp_path):
    homeport = Homeport(tmp_path)
    port = free_port()
    text = 'AccountName=devstoreaccount1;AccountKey=%s;DefaultEndpointsProtocol=http;BlobEndpoint=http://127.0.0.1:%d/devstoreaccount1' % (KEY, port)
    from azure.storage.blob import BlobServiceClient
    try:
        homeport.up('--emulator', '--emulator-port', port)
        assert run_outside(homeport, python_words('newest', PROGRAMS / 'emulator_newest.py', text)).strip() == 'done'
        BlobServiceClient.from_connection_string(text).create_container('kept').upload_blob('a', b'kept')
        assert [path.read_bytes() for path in homeport.data.glob('emulator/devstoreaccount1/blob/kept/a')] == [b'kept']
        homeport.cli('down')
        homeport.up()
        assert 'storageEmulator' not in homeport.json('status'), 'it is off unless asked for'
        assert 'no storage emulator' in homeport.cli('up', '--emulator').stderr
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(('127.0.0.1', port), timeout=5)
        homeport.cli('down')
        homeport.up('--emulator', '--emulator-port', port)
        assert BlobServiceClient.from_connection_string(text).get_blob_client('kept', 'a').download_blob().readall() == b'kept'
    finally:
        homeport.close()


@pytest.mark.parametrize('how', [['--detach'], []], ids=['detached', 'here'])
def test_a_busy_port_is_named_and_nothing_is_left(tmp_path, how):
    homeport = Homeport(tmp_path)
    with socket.socket() as other:
        other.bind(('127.0.0.1', 0))
        other.listen()
        port = other.getsockname()[1]
        failed = homeport.cli('up', *how, '--listen', homeport.listen, '--emulator', '--emulator-port', port, check=False)
    assert failed.returncode == 6, failed.stderr
    assert 'port %d of 127.0.0.1 is in use' % port in failed.stderr and '--emulator-port' in failed.stderr
    assert not homeport.processes() and not (homeport.data / 'homeport.json').exists()


def test_a_port_without_an_emulator_is_refused(tmp_path):
    failed = Homeport(tmp_path).cli('up', '--emulator-port', '10001', check=False)
    assert failed.returncode == 2 and '--emulator' in failed.stderr
