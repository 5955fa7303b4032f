"""Signing in, and what a token opens."""
import base64
import json
import time
import urllib.parse
import uuid

import pytest


@pytest.fixture
def config(batchai_config):
    return json.loads(batchai_config.read_text())


@pytest.fixture
def sign_in(homeport, config):
    """sign_in(version='', tenant=..., field=value): the answer to a form; a field of None is left out."""
    def send(version='', tenant=None, **fields):
        form = {'grant_type': 'client_credentials', 'client_id': config['aad_client_id'], 'client_secret': config['aad_secret']}
        form.update({'scope': 'https://management.azure.com/.default'} if version else {'resource': 'https://management.core.windows.net/'})
        form.update(fields)
        body = urllib.parse.urlencode({name: value for name, value in form.items() if value is not None}).encode()
        return homeport.request('POST', '/%s/oauth2%s/token' % (tenant or config['aad_tenant'], version), body, token=None,
                                headers={'Content-Type': 'application/x-www-form-urlencoded'})
    return send


def claims_of(token):
    part = token.split('.')[1]
    return json.loads(base64.urlsafe_b64decode(part + '=' * (-len(part) % 4)))


def test_a_token_of_either_version_acts_as_the_owner(homeport, sign_in, config, ws):
    first, second = sign_in().json(), sign_in('/v2.0').json()
    assert first['token_type'] == 'Bearer' and first['resource'] == 'https://management.core.windows.net/'
    assert 3000 < int(first['expires_in']) <= 3600 and abs(int(first['expires_on']) - time.time() - int(first['expires_in'])) < 60
    assert isinstance(second['expires_in'], int)
    for answer, audience in ((first, 'https://management.core.windows.net/'), (second, 'https://management.azure.com')):
        claims = claims_of(answer['access_token'])
        assert (claims['aud'], claims['tid'], claims['appid']) == (audience, config['aad_tenant'], config['aad_client_id'])
        assert claims['oid'] and claims['iss'] and claims['iat'] <= time.time() < claims['exp']
        assert homeport.request('GET', '/subscriptions?api-version=2019-11-01', token=answer['access_token']).status == 200
        scope = '/subscriptions/%s/resourceGroups/%s/providers/Microsoft.MachineLearningServices/workspaces/%s' % (
            ws.subscription_id, ws.resource_group, ws.name)
        assert homeport.request('GET', '/history/v1.0%s/experiments' % scope, token=answer['access_token']).status in (200, 501)


@pytest.mark.parametrize('fields, status, error, number', [
    ({'client_secret': 'wrong'}, 401, 'invalid_client', 7000215),
    ({'client_secret': None}, 401, 'invalid_client', 7000216),
    ({'client_id': str(uuid.uuid4())}, 400, 'unauthorized_client', 700016),
    ({'client_id': None}, 400, 'invalid_request', 900144),
    ({'grant_type': 'password'}, 400, 'unsupported_grant_type', 70003),
    ({'grant_type': None}, 400, 'invalid_request', 900144),
    ({'resource': None}, 400, 'invalid_request', 900144),
    ({'tenant': str(uuid.uuid4())}, 400, 'invalid_request', 90002),
])
def test_a_refusal_is_in_the_directorys_words(sign_in, fields, status, error, number):
    answer = sign_in(**fields)
    body = answer.json()
    assert (answer.status, body['error'], body['error_codes']) == (status, error, [number])
    assert body['error_description'].startswith('AADSTS%d: ' % number)


def test_a_form_that_cannot_be_read(homeport, config):
    answer = homeport.request('POST', '/%s/oauth2/token' % config['aad_tenant'], b'grant_type=%zz', token=None)
    assert (answer.status, answer.json()['error']) == (400, 'invalid_request')


def tampered(token):
    head, claims, signature = token.split('.')
    changed = claims_of(token)
    changed['exp'] += 1000000
    claims = base64.urlsafe_b64encode(json.dumps(changed).encode()).decode().rstrip('=')
    return '.'.join((head, claims, signature))


def test_a_tampered_token_is_refused_in_each_dialects_words(homeport, sign_in, ws):
    token = tampered(sign_in().json()['access_token'])
    scope = '/subscriptions/%s/resourceGroups/%s/providers/Microsoft.MachineLearningServices/workspaces/%s' % (
        ws.subscription_id, ws.resource_group, ws.name)
    control = homeport.request('GET', '/subscriptions?api-version=2019-11-01', token=token)
    data = homeport.request('GET', '/history/v1.0%s/experiments/x/runs/y' % scope, token=token)
    account = ws.get_default_datastore().account_name
    blob = homeport.request('GET', '/%s?comp=list' % account, token=token, headers={'x-ms-version': '2019-12-12'})
    assert (control.status, data.status) == (401, 401) and blob.status in (401, 403)
    assert control.json()['error']['code'] and data.json()['error']['innerError']
    for answer in (control, data):
        assert 'Bearer' in answer.headers['WWW-Authenticate']
    assert b'<Error>' in blob.body


def test_a_token_opens_only_what_it_was_asked_for(homeport, sign_in, ws):
    account = ws.get_default_datastore().account_name
    control, storage = '/subscriptions?api-version=2019-11-01', '/%s?comp=list' % account
    data = '/history/v1.0/subscriptions/%s/resourceGroups/%s/providers/Microsoft.MachineLearningServices/workspaces/%s/experiments/x/runs/y' % (
        ws.subscription_id, ws.resource_group, ws.name)

    def statuses(audience):
        token = sign_in(resource=audience).json()['access_token']
        version = {'x-ms-version': '2019-12-12'}
        return [homeport.request('GET', control, token=token).status, homeport.request('GET', data, token=token).status,
                homeport.request('GET', storage, token=token, headers=version).status]
    assert statuses('https://management.azure.com/') == [200, 404, 401]
    assert statuses('https://storage.azure.com/') == [401, 401, 200]
    assert statuses('https://vault.azure.net') == [401, 401, 401]
    assert statuses(homeport.url) == [200, 404, 200]
    refused = homeport.request('GET', control, token=sign_in(resource='https://vault.azure.net').json()['access_token'])
    assert refused.json()['error']['code'] == 'InvalidAuthenticationTokenAudience' and 'vault' in refused.text


def test_a_token_that_nobody_signed_is_refused(homeport, sign_in):
    claims = sign_in().json()['access_token'].split('.')[1]
    for algorithm in ('none', 'None', 'HS256', 'RS256'):
        head = base64.urlsafe_b64encode(json.dumps({'alg': algorithm, 'typ': 'JWT'}).encode()).decode().rstrip('=')
        for signature in ('', 'e30', base64.urlsafe_b64encode(bytes(32)).decode().rstrip('=')):
            reply = homeport.request('GET', '/subscriptions?api-version=2019-11-01', token='.'.join((head, claims, signature)))
            assert (reply.status, reply.json()['error']['code']) == (401, 'InvalidToken'), (algorithm, signature)


def test_the_directory_describes_itself(homeport, config):
    for version in ('', '/v2.0'):
        document = homeport.request('GET', '/%s%s/.well-known/openid-configuration' % (config['aad_tenant'], version), token=None).json()
        assert document['token_endpoint'] == '%s/%s/oauth2%s/token' % (homeport.url, config['aad_tenant'], version)
        assert document['authorization_endpoint'] and document['issuer'].startswith(homeport.url)
        assert homeport.request('GET', document['jwks_uri'], token=None).json() == {'keys': []}
    assert homeport.request('GET', '/%s/.well-known/openid-configuration' % uuid.uuid4(), token=None).status == 400


def test_instance_discovery_is_the_login_hosts_alone(homeport, config):
    answer = homeport.request('GET', '/common/discovery/instance?api-version=1.1', token=None, headers={'Host': 'login.microsoftonline.com'})
    assert answer.status == 200 and config['aad_tenant'] in answer.json()['tenant_discovery_endpoint']
    other = homeport.request('GET', '/common/oauth2/devicecode', token=None, headers={'Host': 'login.microsoftonline.com'})
    assert other.status == 501 and other.json()['error_description'].startswith('AADSTS')
    assert homeport.request('GET', '/common/discovery/instance?api-version=1.1', token=None).status == 404


def test_the_secret_is_the_owners_alone(homeport):
    path = '/providers/Homeport.Compute/listClientCredentials?api-version=2026-11-01'
    assert homeport.request('POST', path, {}, token=None).status == 401
    assert homeport.request('POST', path, {}).json()['clientSecret']
    assert (homeport.data / 'secrets/service-principal.json').stat().st_mode & 0o777 == 0o600


def test_every_write_leaves_a_line(homeport, sign_in, config):
    name = 'audited-' + uuid.uuid4().hex[:8]
    path = '/subscriptions/%s/resourcegroups/%s?api-version=2019-05-01' % (config['subscription_id'], name)
    token = sign_in().json()['access_token']
    homeport.request('PUT', path, {'location': 'local'}, token=token)
    homeport.request('PUT', path, {'location': 'local'}, token='wrong')
    homeport.request('GET', path)
    homeport.request('DELETE', path)
    log = homeport.data / 'log/audit.log'
    deadline = time.monotonic() + 10
    lines = []
    while len(lines) < 3 and time.monotonic() < deadline:
        lines = [line for line in map(json.loads, log.read_text().splitlines()) if name in line['resource']]
        time.sleep(0.05)
    assert [(line['method'], line['who'], line['outcome'], line['status']) for line in lines] == [
        ('PUT', 'client:' + config['aad_client_id'], 'done', 200), ('PUT', 'anonymous', 'denied', 401), ('DELETE', 'owner', 'done', 200)]
    assert lines[1]['code'] == 'InvalidToken' and log.stat().st_mode & 0o777 == 0o600
    assert token not in log.read_text() and config['aad_secret'] not in log.read_text()
