"""What the guide's left column does with storage, with azure-storage-blob 1.5.0: blobs_2019.py CONFIGURATION."""
import json
import sys

from azure.common import AzureHttpError
from azure.storage.blob import BlockBlobService, ContainerPermissions

account = json.load(open(sys.argv[1]))['storage_account']
service = BlockBlobService(account['name'], account['key'])
service.create_container('batchai', fail_on_exist=False)
service.create_blob_from_text('batchai', 'mnist/hello.txt', 'hello from 2019')
assert [blob.name for blob in service.list_blobs('batchai', prefix='mnist/')] == ['mnist/hello.txt']
assert service.get_blob_to_text('batchai', 'mnist/hello.txt').content == 'hello from 2019'
url = service.make_blob_url('batchai', 'mnist/hello.txt')
assert url == 'https://%s.blob.core.windows.net/batchai/mnist/hello.txt' % account['name'], url
service.set_container_acl('batchai')
assert ContainerPermissions.READ

try:
    BlockBlobService('nobodys', account['key']).list_blobs('batchai')
except AzureHttpError as error:
    assert account['name'] in str(error) and '--passthrough nobodys' in str(error), error
else:
    raise AssertionError('an account that is not there answered')
print('done')
