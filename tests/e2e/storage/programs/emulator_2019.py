"""The storage emulator as programs of 2019 found it, with azure-storage-blob 1.5.0: emulator_2019.py. Prints `done`."""
import datetime
import io
import os
import sys

from azure.common import AzureMissingResourceHttpError
from azure.storage.blob import BlockBlobService

tomorrow = datetime.datetime.utcnow() + datetime.timedelta(days=1)
for number, service in enumerate((BlockBlobService(is_emulated=True), BlockBlobService(connection_string='UseDevelopmentStorage=true'))):
    container = 'of-2019-%d' % number
    assert service.primary_endpoint == '127.0.0.1:10000/devstoreaccount1' and service.protocol == 'http'
    assert container not in [each.name for each in service.list_containers()]
    assert service.create_container(container)
    content = os.urandom((5 << 20) + 3)
    service.MAX_SINGLE_PUT_SIZE = service.MAX_BLOCK_SIZE = 1 << 20
    service.create_blob_from_stream(container, 'deep/ü big', io.BytesIO(content), max_connections=2)
    assert service.get_blob_to_bytes(container, 'deep/ü big').content == content
    # This client does not escape the URL of a copy's source.
    service.create_blob_from_bytes(container, 'plain', content)
    service.copy_blob(container, 'copy', service.make_blob_url(container, 'plain'))
    service.delete_blob(container, 'plain')
    assert service.get_blob_to_bytes(container, 'copy').content == content
    assert [blob.name for blob in service.list_blobs(container)] == ['copy', 'deep/ü big']
    token = service.generate_container_shared_access_signature(container, permission='r', expiry=tomorrow)
    assert BlockBlobService(is_emulated=True, sas_token=token).get_blob_to_bytes(container, 'copy').content == content
    service.delete_container(container)
    try:
        service.get_blob_to_bytes(container, 'copy')
    except AzureMissingResourceHttpError:
        continue
    sys.exit('a deleted container still answers')
print('done')
