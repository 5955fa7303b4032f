"""What changes an account, a container or a share leaves a line in the audit log; what lies in them does not."""
import datetime
import json
import uuid

from azure.core.exceptions import HttpResponseError
from azure.storage.blob import AccessPolicy, BlobServiceClient, ContainerClient, ContainerSasPermissions, generate_container_sas

from server import wait_for


def written(homeport, name):
    return [line for line in map(json.loads, (homeport.data / 'log/audit.log').read_text().splitlines()) if name in line['resource']]


def lines_about(homeport, name, count):
    wait_for(lambda: len(written(homeport, name)) >= count, '%d lines about %s' % (count, name), 10)
    return written(homeport, name)


def told(lines):
    return [(line['operation'], line['who'], line['outcome'], line['status']) for line in lines]


def test_containers_and_their_permissions(homeport, account):
    service = BlobServiceClient(account.url, {'account_name': account.name, 'account_key': account.key})
    name, key = 'audited-' + uuid.uuid4().hex[:8], 'account:' + account.name
    in_an_hour = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    container = service.create_container(name)
    container.upload_blob('a', b'no line')
    container.delete_blob('a')
    container.set_container_access_policy({'readers': AccessPolicy(ContainerSasPermissions(read=True), expiry=in_an_hour)})
    token = generate_container_sas(account.name, name, account_key=account.key, permission='rl', expiry=in_an_hour)
    borrower = ContainerClient(account.url, name, token)
    assert list(borrower.list_blobs()) == []
    for action in (borrower.delete_container, ContainerClient(account.url, name, 'sig=x&se=2030-01-01&sp=d').delete_container):
        try:
            action()
        except HttpResponseError as error:
            assert error.status_code == 403
        else:
            raise AssertionError('was not refused')
    homeport.request('PUT', '/%s/%s?restype=container&comp=metadata' % (account.name, name))
    container.delete_container()
    lines = lines_about(homeport, name, 6)
    assert told(lines) == [('Create Container', key, 'done', 201), ('Set Container ACL', key, 'done', 200),
                           ('Delete Container', 'sas:' + account.name, 'denied', 403), ('Delete Container', 'anonymous', 'denied', 403),
                           ('Set Container Metadata', 'owner', 'done', 200), ('Delete Container', key, 'done', 202)]
    assert lines[0]['resource'] == '/%s/%s' % (account.name, name) and lines[2]['code'] == 'AuthorizationPermissionMismatch'
    text = (homeport.data / 'log/audit.log').read_text()
    assert account.key not in text and 'sig' not in text


def test_shares(homeport, account):
    name = 'audited-' + uuid.uuid4().hex[:8]
    path = '/%s.file/%s' % (account.name, name)
    for method, query in (('PUT', 'restype=share'), ('PUT', 'restype=share&comp=properties'), ('DELETE', 'restype=share')):
        assert homeport.request(method, '%s?%s' % (path, query), headers={'x-ms-share-quota': '5'}).status < 300
    assert told(lines_about(homeport, name, 3)) == [('Create Share', 'owner', 'done', 201), ('Set Share Properties', 'owner', 'done', 200),
                                                    ('Delete Share', 'owner', 'done', 202)]


def test_a_key_that_is_given_out(homeport, account, ws):
    """The package asks for the datastore's key, ARM lists it; looking at the datastore without it leaves no line."""
    scope = '/subscriptions/%s/resourceGroups/%s/providers' % (ws.subscription_id, ws.resource_group)
    datastore = '/datastore/v1.0%s/Microsoft.MachineLearningServices/workspaces/%s/datastores/%s' % (scope, ws.name, ws.get_default_datastore().name)
    keys = account.name + '/listKeys'
    before, listed_before = len(written(homeport, '/datastores/')), len(written(homeport, keys))
    assert 'accountKey' not in homeport.request('GET', datastore).text
    assert homeport.request('GET', datastore + '?includeSecret=true').json()['azureStorageSection']['accountKey'] == account.key
    listed = homeport.request('POST', '%s/Microsoft.Storage/storageAccounts/%s/listKeys?api-version=2019-06-01' % (scope, account.name), {})
    assert listed.json()['keys'][0]['value'] == account.key
    assert [line['method'] for line in lines_about(homeport, '/datastores/', before + 1)[before:]] == ['GET']
    assert [line['outcome'] for line in lines_about(homeport, keys, listed_before + 1)[listed_before:]] == ['done']
