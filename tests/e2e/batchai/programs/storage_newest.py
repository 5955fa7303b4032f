"""Today's azure-storage-blob and azure-storage-file-share by the published names: storage_newest.py FACTS. A word for each step."""
import datetime
import json
import os
import sys
import uuid

from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.storage.blob import BlobClient, BlobSasPermissions, BlobServiceClient, generate_blob_sas
from azure.storage.fileshare import ShareServiceClient

FACTS = json.load(open(sys.argv[1]))
ACCOUNT, KEY, NAME = FACTS['account'], FACTS['key'], 'n' + uuid.uuid4().hex[:12]


def blobs():
    service = BlobServiceClient('https://%s.blob.core.windows.net' % ACCOUNT, credential=KEY, max_single_put_size=4 << 20)
    container = service.create_container(NAME)
    print('container')
    container.upload_blob('a b/ü', b'text', metadata={'k': 'v'})
    assert container.download_blob('a b/ü').readall() == b'text'
    print('blob')
    content = os.urandom((9 << 20) + 1)
    container.upload_blob('big', content, max_concurrency=2)
    assert container.download_blob('big', max_concurrency=2).readall() == content
    print('blocks')
    assert container.download_blob('big', offset=5, length=10).readall() == content[5:15]
    print('range')
    assert container.get_blob_client('a b/ü').get_blob_properties().metadata == {'k': 'v'}
    print('metadata')
    assert [each.name for each in container.list_blobs()] == ['a b/ü', 'big']
    print('listing')
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    token = generate_blob_sas(ACCOUNT, NAME, 'big', account_key=KEY, permission=BlobSasPermissions(read=True), expiry=soon)
    signed = BlobClient.from_blob_url('%s?%s' % (container.get_blob_client('big').url, token))
    assert signed.download_blob().readall() == content
    print('signed')
    try:
        signed.delete_blob()
    except HttpResponseError as error:
        assert error.status_code == 403
        print('refused')
    container.delete_container()
    try:
        container.get_container_properties()
    except ResourceNotFoundError:
        print('gone')


def files():
    share = ShareServiceClient('https://%s.file.core.windows.net' % ACCOUNT, credential=KEY).create_share(NAME)
    folder = share.create_directory('Folder')
    print('share')
    content = os.urandom((5 << 20) + 1)
    folder.upload_file('Big', content)
    assert share.get_file_client('folder/big').download_file().readall() == content
    assert [each['name'] for each in folder.list_directories_and_files()] == ['Big']
    share.delete_share()
    print('files')


blobs()
files()
