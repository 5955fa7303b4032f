"""The storage emulator as today's programs find it, with azure-storage-blob 12: emulator_newest.py [CONNECTION_STRING]. Prints `done`."""
import datetime
import os
import sys

from azure.core.exceptions import ResourceNotFoundError
from azure.storage.blob import BlobClient, BlobServiceClient, ContainerSasPermissions, generate_container_sas

service = BlobServiceClient.from_connection_string(sys.argv[1] if len(sys.argv) > 1 else 'UseDevelopmentStorage=true',
                                                   max_single_put_size=1 << 20, max_block_size=1 << 20)
assert service.account_name == 'devstoreaccount1'
container = service.create_container('of-today')
content = os.urandom((5 << 20) + 3)
blob = container.upload_blob('deep/ü big', content, max_concurrency=2)
assert blob.download_blob(max_concurrency=2).readall() == content
container.get_blob_client('copy').start_copy_from_url(blob.url)
assert [each.name for each in container.list_blobs()] == ['copy', 'deep/ü big']
token = generate_container_sas('devstoreaccount1', 'of-today', account_key=service.credential.account_key, permission=ContainerSasPermissions(read=True),
                               expiry=datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1))
assert BlobClient.from_blob_url('%s/copy?%s' % (container.url, token)).download_blob().readall() == content
container.delete_container()
try:
    blob.download_blob()
except ResourceNotFoundError:
    print('done')
