"""The Blob dialect on the wire: what no client shows."""
import socket


def send(homeport, account, method, path, body=None, token='own', **headers):
    return homeport.request(method, '/%s/%s%s' % (account.name, account.container, path), body=body, token=token,
                            headers={name.replace('_', '-'): value for name, value in headers.items()})


def put(homeport, account, name, body, **headers):
    response = send(homeport, account, 'PUT', '/wire/' + name, body, x_ms_blob_type='BlockBlob', **headers)
    assert response.status == 201, response.text
    return response


def test_the_owners_token_opens_every_account(homeport, account):
    put(homeport, account, 'a', b'0123456789')
    assert send(homeport, account, 'GET', '/wire/a').body == b'0123456789'


def test_a_range_is_answered_with_206_and_where_it_lies(homeport, account):
    put(homeport, account, 'a', b'0123456789')
    part = send(homeport, account, 'GET', '/wire/a', x_ms_range='bytes=2-33554431')
    assert (part.status, part.body, part.headers['Content-Range']) == (206, b'23456789', 'bytes 2-9/10')
    past = send(homeport, account, 'GET', '/wire/a', Range='bytes=10-')
    assert (past.status, past.headers['x-ms-error-code']) == (416, 'InvalidRange')


def test_head_tells_the_length_without_the_bytes(homeport, account):
    put(homeport, account, 'a', b'0123456789')
    head = send(homeport, account, 'HEAD', '/wire/a')
    assert (head.status, head.headers['Content-Length'], head.body) == (200, '10', b'')
    assert head.headers['x-ms-blob-type'] == 'BlockBlob' and head.headers['ETag'].startswith('"0x')


def test_errors_come_in_the_dialects_envelope(homeport, account):
    absent = send(homeport, account, 'GET', '/wire/absent', x_ms_version='2019-12-12')
    assert (absent.status, absent.headers['x-ms-error-code']) == (404, 'BlobNotFound')
    assert '<Error><Code>BlobNotFound</Code><Message>' in absent.text
    assert absent.headers['x-ms-version'] == '2019-12-12' and absent.headers['x-ms-request-id']
    stranger = send(homeport, account, 'GET', '/wire/absent', token=None)
    assert (stranger.status, stranger.headers['x-ms-error-code']) == (401, 'NoAuthenticationInformation')


def test_a_strangers_upload_is_refused_before_its_body_comes(homeport, account):
    """The server answers while the client has sent nothing but a head that promises 4 GiB."""
    host, port = homeport.url.split('://')[1].split(':')
    with socket.create_connection((host, int(port)), timeout=20) as wire:
        wire.sendall(('PUT /%s/%s/wire/flood HTTP/1.1\r\nHost: %s\r\nContent-Length: 4294967296\r\nx-ms-blob-type: BlockBlob\r\n\r\n' % (
            account.name, account.container, host)).encode())
        assert b' 401 ' in wire.recv(4096).split(b'\r\n')[0]


def test_a_cut_off_upload_leaves_the_old_blob(homeport, account):
    put(homeport, account, 'kept', b'old')
    host, port = homeport.url.split('://')[1].split(':')
    with socket.create_connection((host, int(port)), timeout=20) as wire:
        wire.sendall(('PUT /%s/%s/wire/kept HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Length: 3000000\r\n'
                      'x-ms-blob-type: BlockBlob\r\n\r\n' % (account.name, account.container, host, homeport.token)).encode() + b'x' * 1_500_000)
    assert send(homeport, account, 'GET', '/wire/kept').body == b'old'


def test_blobs_are_plain_files_that_a_person_finds(homeport, account):
    put(homeport, account, 'deep/er/file.txt', b'plain')
    found = [path for path in homeport.data.rglob('file.txt') if path.parts[-4:] == ('wire', 'deep', 'er', 'file.txt')]
    assert [path.read_bytes() for path in found] == [b'plain']
    found[0].write_bytes(b'written beside the server')
    seen = send(homeport, account, 'GET', '/wire/deep/er/file.txt')
    assert seen.body == b'written beside the server' and 'Content-MD5' not in seen.headers
