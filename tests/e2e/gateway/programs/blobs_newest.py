"""Today's clients, signed in through azure-identity and with the account's key: blobs_newest.py CONFIGURATION."""
import json
import os
import sys

from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ClientSecretCredential
from azure.storage.blob import BlobServiceClient

config = json.load(open(sys.argv[1]))
account = config['storage_account']
url = 'https://%s.blob.core.windows.net' % account['name']
signed_in = ClientSecretCredential(config['aad_tenant'], config['aad_client_id'], config['aad_secret'])
content = os.urandom(3 << 20)
for credential in (account['key'], signed_in):
    container = BlobServiceClient(url, credential).get_container_client('newest')
    if not container.exists():
        container.create_container()
    container.upload_blob('big.bin', content, overwrite=True)
    assert container.download_blob('big.bin').readall() == content

try:
    ClientSecretCredential(config['aad_tenant'], config['aad_client_id'], 'wrong').get_token('https://storage.azure.com/.default')
except ClientAuthenticationError as error:
    assert 'AADSTS7000215' in str(error), error
else:
    raise AssertionError('a wrong secret signed in')
print('done')
