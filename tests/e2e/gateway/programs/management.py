"""Subscriptions, resource groups and storage accounts through today's clients: management.py CONFIGURATION."""
import json
import sys

from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.identity import ClientSecretCredential
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.resource.subscriptions import SubscriptionClient
from azure.mgmt.storage import StorageManagementClient

config = json.load(open(sys.argv[1]))
credential = ClientSecretCredential(config['aad_tenant'], config['aad_client_id'], config['aad_secret'])
subscriptions = SubscriptionClient(credential)
assert config['subscription_id'] in [found.subscription_id for found in subscriptions.subscriptions.list()]
assert subscriptions.subscriptions.get(config['subscription_id']).state == 'Enabled'
assert [tenant.tenant_id for tenant in subscriptions.tenants.list()] == [config['aad_tenant']]

resources = ResourceManagementClient(credential, config['subscription_id'])
made = resources.resource_groups.create_or_update('made-here', {'location': 'local', 'tags': {'a': 'b'}})
assert made.name == 'made-here' and made.tags == {'a': 'b'} and made.properties.provisioning_state == 'Succeeded'
assert resources.resource_groups.check_existence('MADE-HERE')
assert not resources.resource_groups.check_existence('absent')
names = [group.name for group in resources.resource_groups.list()]
assert 'made-here' in names and config['resource_group'] in names, names
try:
    resources.resource_groups.begin_delete(config['resource_group']).wait()
except HttpResponseError as error:
    assert error.status_code == 409 and config['workspace'] in str(error), error
else:
    raise AssertionError('a group with a workspace in it was deleted')
resources.resource_groups.begin_delete('made-here').wait()
assert not resources.resource_groups.check_existence('made-here')
assert resources.providers.register('Microsoft.BatchAI').registration_state == 'Registered'

storage = StorageManagementClient(credential, config['subscription_id'])
name = config['storage_account']['name']
assert name in [account.name for account in storage.storage_accounts.list()]
assert name in [account.name for account in storage.storage_accounts.list_by_resource_group(config['resource_group'])]
found = storage.storage_accounts.get_properties(config['resource_group'], name)
assert found.primary_endpoints.blob == 'https://%s.blob.core.windows.net/' % name
keys = storage.storage_accounts.list_keys(config['resource_group'], name)['keys']
assert [key['value'] for key in keys] == [config['storage_account']['key']]
try:
    storage.storage_accounts.get_properties(config['resource_group'], 'absent')
except ResourceNotFoundError:
    pass
else:
    raise AssertionError('an account that is not there was found')
print('done')
