"""`homeport up --tls-cert --tls-key`: the server's own names over HTTPS, beside those that the gateway answers with leaves of its own."""
import http.client
import socket
import ssl
import subprocess
import urllib.error

import pytest

from server import Homeport, free_port


def openssl(folder, *arguments):
    subprocess.run(['openssl', *map(str, arguments)], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


@pytest.fixture(scope='module')
def pair(tmp_path_factory):
    """A folder with ca.pem, and cert.pem, key.pem for homeport.test and 127.0.0.2, as an authority of the user's own would make them."""
    folder = tmp_path_factory.mktemp('pair')
    key = ('-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes')
    openssl(folder, 'req', '-x509', *key, '-keyout', 'ca-key.pem', '-out', 'ca.pem', '-days', 2, '-subj', '/CN=Test CA',
            '-addext', 'keyUsage=critical,keyCertSign', )
    openssl(folder, 'req', *key, '-keyout', 'key.pem', '-out', 'request.pem', '-subj', '/CN=test')
    (folder / 'names').write_text('subjectAltName=DNS:homeport.test,IP:127.0.0.2\nbasicConstraints=critical,CA:FALSE\n'
                                  'authorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n')
    for name, days in (('cert.pem', 2), ('expired.pem', -1)):
        # A negative number of days ends before it begins, so it is made by hand where openssl takes dates only.
        dates = ('-days', days) if days > 0 else ('-days', '0')
        openssl(folder, 'x509', '-req', '-in', 'request.pem', '-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial', '-extfile', 'names',
                '-out', name, *dates)
    return folder


@pytest.fixture(scope='module')
def homeport(pair, tmp_path_factory):
    """One that listens on every address."""
    homeport = Homeport(tmp_path_factory.mktemp('homeport'))
    homeport.listen = '0.0.0.0:%d' % free_port()
    homeport.up('--tls-cert', pair / 'cert.pem', '--tls-key', pair / 'key.pem')
    yield homeport
    homeport.close()


def trusting(file):
    return ssl.create_default_context(cafile=str(file))


def own_ca(homeport):
    return homeport.data / 'secrets/ca/ca.pem'


def healthz(homeport, address, name, trust):
    """The answer of https://NAME/healthz at an address of the server; the certificate is held against NAME."""
    port = int(homeport.listen.rpartition(':')[2])
    with socket.create_connection((address, port), timeout=20) as wire, trusting(trust).wrap_socket(wire, server_hostname=name) as secure:
        secure.sendall(('GET /healthz HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' % name).encode())
        answer = http.client.HTTPResponse(secure)
        answer.begin()
        return answer.read()


@pytest.mark.parametrize('name', ['homeport.test', '127.0.0.2'])
def test_it_answers_for_its_names_and_addresses(homeport, pair, name):
    assert healthz(homeport, '127.0.0.2', name, pair / 'ca.pem') == b'ok\n'
    with pytest.raises(ssl.SSLCertVerificationError):
        healthz(homeport, '127.0.0.2', name, own_ca(homeport))


def test_what_it_does_not_cover_has_leaves_of_our_own(homeport, pair):
    for name in ('localhost', '127.0.0.1'):
        assert healthz(homeport, '127.0.0.1', name, own_ca(homeport)) == b'ok\n'
    with pytest.raises(ssl.SSLCertVerificationError, match='homeport.test|mismatch|not valid for'):
        healthz(homeport, '127.0.0.1', 'elsewhere.test', pair / 'ca.pem')


def test_the_gateway_keeps_its_own_leaves(homeport, pair):
    import base64
    port = int(homeport.listen.rpartition(':')[2])
    credentials = base64.b64encode(('homeport:' + homeport.token).encode()).decode()
    for trust, works in ((own_ca(homeport), True), (pair / 'ca.pem', False)):
        tunnel = http.client.HTTPSConnection('127.0.0.1', port, context=trusting(trust), timeout=20)
        tunnel.set_tunnel('management.azure.com', 443, {'Proxy-Authorization': 'Basic ' + credentials})
        if works:
            tunnel.request('GET', '/subscriptions?api-version=2019-06-01', headers={'Authorization': 'Bearer ' + homeport.token})
            assert tunnel.getresponse().status == 200
        else:
            with pytest.raises(ssl.SSLCertVerificationError):
                tunnel.connect()
        tunnel.close()


def test_plain_http_goes_on(homeport):
    try:
        assert homeport.request('GET', 'http://127.0.0.1:%s/healthz' % homeport.listen.rpartition(':')[2], token=None).text == 'ok\n'
    except urllib.error.URLError as error:
        raise AssertionError(error)


@pytest.mark.parametrize('certificate, key, told', [
    ('absent.pem', 'key.pem', '--tls-cert: there is no file'),
    ('cert.pem', 'absent.pem', '--tls-key: there is no file'),
    ('cert.pem', 'ca-key.pem', 'is not the key of the first certificate'),
    ('expired.pem', 'key.pem', 'expired on'),
    ('cert.pem', 'open.pem', 'chmod 600'),
    ('key.pem', 'key.pem', 'holds no certificate'),
])
def test_a_pair_that_cannot_be_used_is_named_and_nothing_starts(pair, tmp_path, certificate, key, told):
    (pair / 'open.pem').write_bytes((pair / 'key.pem').read_bytes())
    (pair / 'open.pem').chmod(0o644)
    homeport = Homeport(tmp_path)
    failed = homeport.up('--tls-cert', pair / certificate, '--tls-key', pair / key, check=False)
    assert failed.returncode == 1 and told in failed.stderr, failed.stderr
    assert not homeport.processes()


@pytest.mark.root
def test_a_key_that_this_user_may_not_read(pair, tmp_path_factory):
    folder = tmp_path_factory.mktemp('nobody')
    for path in [*folder.parents[:2], folder, pair]:
        path.chmod(0o755)
    homeport = Homeport(folder, as_user='nobody')
    folder.chmod(0o777)
    homeport.home.chmod(0o777)
    homeport.project.chmod(0o777)
    failed = homeport.up('--tls-cert', pair / 'cert.pem', '--tls-key', pair / 'key.pem', check=False)
    assert failed.returncode != 0 and 'key.pem is not for this user to read' in failed.stderr, failed.stderr


def test_one_without_the_other_is_wrong_use(pair, tmp_path):
    failed = Homeport(tmp_path).up('--tls-cert', pair / 'cert.pem', check=False)
    assert failed.returncode == 2 and '--tls-key' in failed.stderr
