"""What programs of the Batch AI years do with azure-storage-blob 1.5.0: old_client.py ENDPOINT ACCOUNT KEY CONTAINER.

ENDPOINT is HOST:PORT/ACCOUNT. Prints `done` at the end; an assertion that fails ends it with a traceback.
"""
import base64
import datetime
import os
import sys

from azure.common import AzureMissingResourceHttpError
from azure.storage.blob import BlobBlock, BlockBlobService, ContentSettings

from old_failures import fails_with

ENDPOINT, ACCOUNT, KEY, CONTAINER = sys.argv[1:]
FOLDER = 'old client/'


def keep_and_read(service):
    name = FOLDER + 'ü a+b.gz'
    service.create_blob_from_bytes(CONTAINER, name, b'hello', content_settings=ContentSettings(content_type='a/b'), metadata={'k': 'v'})
    blob = service.get_blob_to_bytes(CONTAINER, name)
    assert blob.content == b'hello' and blob.metadata == {'k': 'v'} and blob.properties.content_settings.content_type == 'a/b'
    service.create_blob_from_text(CONTAINER, FOLDER + 'empty', '')
    assert service.get_blob_to_text(CONTAINER, FOLDER + 'empty').content == ''
    content = os.urandom(1 << 20)
    service.create_blob_from_bytes(CONTAINER, FOLDER + 'checked', content, validate_content=True)
    assert service.get_blob_to_bytes(CONTAINER, FOLDER + 'checked', validate_content=True).content == content
    service.MAX_SINGLE_PUT_SIZE, service.MAX_BLOCK_SIZE = 1 << 20, 1 << 20
    content = os.urandom((5 << 20) + 3)
    service.create_blob_from_bytes(CONTAINER, FOLDER + 'big', content, max_connections=2)
    assert service.get_blob_to_bytes(CONTAINER, FOLDER + 'big', max_connections=2).content == content


def list_and_page(service):
    names = [FOLDER + 'l/%02d' % number for number in range(12)]
    for name in names:
        service.create_blob_from_text(CONTAINER, name, 'x')
    assert [blob.name for blob in service.list_blobs(CONTAINER, prefix=FOLDER + 'l/')] == names
    assert FOLDER + 'l/' in [blob.name for blob in service.list_blobs(CONTAINER, prefix=FOLDER, delimiter='/')]
    page = service.list_blobs(CONTAINER, prefix=FOLDER + 'l/', num_results=5)
    rest = service.list_blobs(CONTAINER, prefix=FOLDER + 'l/', marker=page.next_marker)
    assert [blob.name for blob in page] + [blob.name for blob in rest] == names


def change_and_commit(service):
    name = FOLDER + 'blocks'
    service.put_block(CONTAINER, name, b'one', 'a')
    service.put_block(CONTAINER, name, b'two', 'b')
    service.put_block_list(CONTAINER, name, [BlobBlock('b'), BlobBlock('a')])
    assert service.get_blob_to_bytes(CONTAINER, name).content == b'twoone'
    assert len(service.get_block_list(CONTAINER, name).committed_blocks) == 2
    service.set_blob_metadata(CONTAINER, name, {'a': 'b'})
    assert service.get_blob_metadata(CONTAINER, name) == {'a': 'b'}
    service.copy_blob(CONTAINER, FOLDER + 'copy', service.make_blob_url(CONTAINER, name))
    assert service.get_blob_to_bytes(CONTAINER, FOLDER + 'copy').content == b'twoone'
    service.delete_blob(CONTAINER, FOLDER + 'copy')
    assert not service.exists(CONTAINER, FOLDER + 'copy')


def be_refused(service):
    tomorrow = datetime.datetime.utcnow() + datetime.timedelta(days=1)
    token = service.generate_container_shared_access_signature(CONTAINER, permission='rl', expiry=tomorrow)
    reader = BlockBlobService(ACCOUNT, sas_token=token, protocol='http', custom_domain=ENDPOINT)
    assert reader.get_blob_to_bytes(CONTAINER, FOLDER + 'blocks').content == b'twoone'
    fails_with(403, 'AuthorizationPermissionMismatch', lambda: reader.delete_blob(CONTAINER, FOLDER + 'blocks'))
    wrong_key = base64.b64encode(b'w' * 64).decode()
    stranger = BlockBlobService(ACCOUNT, wrong_key, protocol='http', custom_domain=ENDPOINT)
    fails_with(403, 'AuthenticationFailed', lambda: stranger.get_blob_to_bytes(CONTAINER, FOLDER + 'blocks'))
    fails_with(404, 'BlobNotFound', lambda: service.get_blob_to_bytes(CONTAINER, FOLDER + 'absent'))


def main():
    by_string = BlockBlobService(connection_string='DefaultEndpointsProtocol=http;AccountName=%s;AccountKey=%s;BlobEndpoint=http://%s;' % (
        ACCOUNT, KEY, ENDPOINT))
    by_domain = BlockBlobService(ACCOUNT, KEY, protocol='http', custom_domain=ENDPOINT)
    for service in (by_string, by_domain):
        for use in (keep_and_read, list_and_page, change_and_commit, be_refused):
            use(service)
    print('done')


main()
