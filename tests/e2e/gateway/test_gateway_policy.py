"""What the gateway carries, for whom, and what it refuses, spoken to in raw bytes."""
import base64
import json
import socket
import ssl

import pytest

from exec_programs import connect_through
from server import Homeport, free_port, wait_for


@pytest.fixture
def port(homeport):
    return int(homeport.url.rsplit(':', 1)[1])


@pytest.fixture
def started(tmp_path):
    """started(*options, environment=...): a server of its own."""
    servers = []

    def start(*options, environment=None, listen=None):
        server = Homeport(tmp_path / ('server%d' % len(servers)))
        server.listen = listen or server.listen
        server.up(*options, env=environment or {})
        servers.append(server)
        return server
    yield start
    for server in servers:
        server.close()


def greet(client, name, homeport):
    context = ssl.create_default_context(cadata=(homeport.data / 'secrets/ca/ca.pem').read_text())
    context.set_alpn_protocols(['h2', 'http/1.1'])
    return context.wrap_socket(client, server_hostname=name)


@pytest.mark.parametrize('version', ['1.0', '1.1'])
def test_a_published_name_is_served_with_its_own_certificate(port, homeport, version):
    client, head = connect_through(port, 'westeurope.api.azureml.ms:443', version=version)
    assert head.startswith('HTTP/1.1 200 ') and 'Content-Length' not in head
    secure = greet(client, 'westeurope.api.azureml.ms', homeport)
    assert secure.selected_alpn_protocol() == 'http/1.1'
    assert secure.getpeercert()['subjectAltName'] == (('DNS', 'westeurope.api.azureml.ms'),)
    secure.sendall(b'GET /healthz HTTP/1.1\r\nHost: westeurope.api.azureml.ms\r\nConnection: close\r\n\r\n')
    assert b'200 OK' in secure.recv(4096)


def test_a_private_address_is_refused_unless_allowed(port, echo, started):
    for target in ('127.0.0.1:%d' % echo.port, 'localhost:%d' % echo.port, '[::1]:%d' % echo.port, '10.0.0.1:443', '169.254.169.254:80'):
        head = connect_through(port, target)[1]
        assert head.startswith('HTTP/1.1 403 ') and 'private' in head.splitlines()[0], head
    allowing = started('--gateway-allow', '127.0.0.1')
    client, head = connect_through(int(allowing.url.rsplit(':', 1)[1]), '127.0.0.1:%d' % echo.port)
    assert head.startswith('HTTP/1.1 200 ')
    client.sendall(b'through and back')
    client.shutdown(socket.SHUT_WR)
    assert client.makefile('rb').read() == b'through and back'


def test_a_dead_host_is_a_502_with_a_sentence(started):
    allowing = started('--gateway-allow', '127.0.0.0/8')
    head = connect_through(int(allowing.url.rsplit(':', 1)[1]), '127.0.0.1:%d' % free_port())[1]
    assert head.startswith('HTTP/1.1 502 cannot reach 127.0.0.1'), head
    head = connect_through(int(allowing.url.rsplit(':', 1)[1]), 'no-such-host.invalid:443')[1]
    assert head.startswith('HTTP/1.1 502 cannot reach no-such-host.invalid'), head


def test_a_client_that_speaks_no_tls_is_told_so(port):
    client, head = connect_through(port, 'management.azure.com:80')
    assert head.startswith('HTTP/1.1 200 ')
    client.sendall(b'GET / HTTP/1.1\r\nHost: management.azure.com\r\n\r\n')
    answer = client.makefile('rb').read()
    assert answer.startswith(b'HTTP/1.1 400 ') and b'https://' in answer


def test_a_client_that_leaves_in_the_middle_hurts_nobody(port, homeport):
    for sent in (b'', b'\x16', b'\x16\x03\x01\x02\x00garbage'):
        client, _ = connect_through(port, 'management.azure.com:443')
        client.sendall(sent)
        client.close()
    assert homeport.healthy()


def test_plain_http_for_other_hosts_is_refused_clearly(port):
    with socket.create_connection(('127.0.0.1', port)) as client:
        client.sendall(b'GET http://registry.example/ HTTP/1.1\r\nHost: registry.example\r\n\r\n')
        answer = client.makefile('rb').read()
    assert answer.startswith(b'HTTP/1.1 501 ') and b'HTTP_PROXY' in answer


def test_beyond_this_machine_a_token_is_the_proxys_password(started):
    server = started(listen='0.0.0.0:%d' % free_port())
    port = int(server.listen.rsplit(':', 1)[1])
    variables = json.loads(server.cli('env', '--json').stdout)
    assert server.token in variables['HTTPS_PROXY']

    def knock(password):
        credentials = base64.b64encode(('anyone:' + password).encode()).decode()
        return connect_through(port, 'management.azure.com:443', 'Proxy-Authorization: Basic %s\r\n' % credentials)[1]
    assert knock(server.token).startswith('HTTP/1.1 200 ')
    assert knock('wrong').startswith('HTTP/1.1 407 ')
    head = connect_through(port, 'registry.example:443')[1]
    assert head.startswith('HTTP/1.1 407 ') and 'Proxy-Authenticate: Basic' in head
    done = server.cli('exec', '--', 'curl', '-sS', 'https://management.azure.com/healthz')
    assert done.stdout == 'ok\n'


def test_other_hosts_are_reached_through_the_servers_own_proxy(started, echo):
    proxy = socket.create_server(('127.0.0.1', 0))
    address = '127.0.0.1:%d' % proxy.getsockname()[1]
    server = started(environment={'HTTPS_PROXY': 'http://me:p%40ss@' + address, 'NO_PROXY': 'direct.invalid'})
    port = int(server.url.rsplit(':', 1)[1])
    client = socket.create_connection(('127.0.0.1', port), timeout=30)
    client.sendall(b'CONNECT registry.example:443 HTTP/1.1\r\nHost: registry.example:443\r\n\r\n')
    asked, _ = proxy.accept()
    text = asked.recv(4096).decode()
    assert text.startswith('CONNECT registry.example:443 HTTP/1.1\r\n')
    assert base64.b64encode(b'me:p@ss').decode() in text
    asked.sendall(b'HTTP/1.1 200 Connection established\r\n\r\nhello')
    asked.close()
    answer = client.makefile('rb').read()
    assert answer.startswith(b'HTTP/1.1 200 ') and answer.endswith(b'\r\n\r\nhello')
    assert 'direct.invalid' in connect_through(port, 'direct.invalid:443')[1]
    facts = server.request('GET', '/providers/Homeport.Compute/gateway?api-version=2026-11-01')
    assert facts.json()['upstreamProxy'] == 'http://' + address and 'p@ss' not in facts.text and 'p%40ss' not in facts.text


def test_an_account_of_azures_own_is_let_through(started):
    server = started('--passthrough', 'theirs,others', environment={'HTTPS_PROXY': 'http://127.0.0.1:%d' % free_port()})
    port = int(server.url.rsplit(':', 1)[1])
    # Tunnelled, so it fails at the proxy, which is not there.
    assert connect_through(port, 'theirs.blob.core.windows.net:443')[1].startswith('HTTP/1.1 502 ')
    assert connect_through(port, 'unlisted.blob.core.windows.net:443')[1].startswith('HTTP/1.1 200 ')


def test_tunnels_end_with_the_server(started, echo):
    server = started('--gateway-allow', '127.0.0.1')
    client, _ = connect_through(int(server.url.rsplit(':', 1)[1]), '127.0.0.1:%d' % echo.port)
    server.cli('down')
    assert client.recv(1) == b''


def test_a_network_that_is_none_is_an_error_at_the_start(tmp_path):
    server = Homeport(tmp_path)
    done = server.up('--gateway-allow', 'nonsense', check=False)
    assert done.returncode != 0 and 'nonsense' in done.stderr
    wait_for(lambda: not server.processes(), 'the server to be gone')
