"""Signs in as programs of 2019 did and asks the management address who is there: sign_in_adal.py CONFIGURATION."""
import json
import sys

import requests
from msrestazure.azure_active_directory import ServicePrincipalCredentials

config = json.load(open(sys.argv[1]))
credentials = ServicePrincipalCredentials(client_id=config['aad_client_id'], secret=config['aad_secret'], tenant=config['aad_tenant'])
session = credentials.signed_session()
answer = session.get(config['base_url'] + '/subscriptions?api-version=2019-11-01')
answer.raise_for_status()
subscription = answer.json()['value'][0]
assert subscription['tenantId'] == config['aad_tenant'], subscription
assert requests.get(config['base_url'] + '/subscriptions?api-version=2019-11-01').status_code == 401
print(subscription['subscriptionId'])
