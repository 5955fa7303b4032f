"""What `homeport exec` and `homeport env` put into a program's environment, and nowhere else."""
import json
import os
import stat
import subprocess

import pytest


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def test_the_variables_lead_to_the_gateway(run_exec, homeport):
    variables = run_exec.variables()
    assert variables['HTTPS_PROXY'] == variables['https_proxy'] == homeport.url
    assert variables['NO_PROXY'] == variables['no_proxy'] == 'localhost,127.0.0.1,::1'
    assert 'HTTP_PROXY' not in variables and 'http_proxy' not in variables
    assert str(homeport.data / 'python') in variables['PYTHONPATH'].split(':')


def test_the_bundles_hold_the_persons_roots_and_ours(run_exec, homeport, tmp_path):
    mine = tmp_path / 'corporate.pem'
    mine.write_text('-----BEGIN CERTIFICATE-----\ncorporate\n-----END CERTIFICATE-----\n')
    ours = (homeport.data / 'secrets/ca/ca.pem').read_text()
    variables = run_exec.variables(REQUESTS_CA_BUNDLE=str(mine), SSL_CERT_FILE='', CURL_CA_BUNDLE='', NODE_EXTRA_CA_CERTS='')
    with open(variables['REQUESTS_CA_BUNDLE']) as file:
        assert file.read() == mine.read_text() + ours
    with open(variables['NODE_EXTRA_CA_CERTS']) as file:
        assert file.read() == ours
    with open(variables['SSL_CERT_FILE']) as file:
        system = file.read()
    assert system.count('BEGIN CERTIFICATE') > 50 and system.endswith(ours)
    for name in ('REQUESTS_CA_BUNDLE', 'SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'):
        assert mode(variables[name]) == 0o600 and mode(os.path.dirname(variables[name])) == 0o700
    # Inside `homeport exec` another one finds ours in the bundle already.
    again = run_exec.variables(**{name: variables[name] for name in variables if name.endswith(('BUNDLE', 'FILE', 'CERTS'))})
    assert again['REQUESTS_CA_BUNDLE'] == variables['REQUESTS_CA_BUNDLE']


def test_what_the_person_sends_past_a_proxy_stays_so_but_not_the_two_services(run_exec, homeport):
    done = homeport.cli('env', '--json', env={'NO_PROXY': 'corp.example, .azure.com,*.windows.net'})
    assert json.loads(done.stdout)['NO_PROXY'] == 'corp.example,localhost,127.0.0.1,::1'
    assert '.azure.com,*.windows.net' in done.stderr
    done = homeport.cli('env', '--json', env={'no_proxy': '*'})
    assert json.loads(done.stdout)['no_proxy'] == 'localhost,127.0.0.1,::1'


def test_a_proxy_of_this_shell_that_is_not_the_servers_is_said(run_exec, homeport):
    done = homeport.cli('env', env={'HTTPS_PROXY': 'http://me:secret@proxy.corp.example:3128'})
    assert 'http://proxy.corp.example:3128' in done.stderr and 'secret' not in done.stderr
    assert 'proxy' not in homeport.cli('env', env={'HTTPS_PROXY': homeport.url}).stderr


def test_the_batchai_configuration(homeport, batchai_config, ws, run_exec):
    assert mode(batchai_config) == 0o600
    config = json.loads(batchai_config.read_text())
    assert set(config) == {'subscription_id', 'aad_client_id', 'aad_secret', 'aad_tenant', 'location', 'base_url', 'resource_group', 'workspace',
                           'storage_account', 'admin_user'}
    assert (config['subscription_id'], config['resource_group'], config['workspace']) == (ws.subscription_id, ws.resource_group, ws.name)
    assert config['base_url'] == 'https://management.azure.com' and config['location']
    ds = ws.get_default_datastore()
    assert config['storage_account'] == {'name': ds.account_name, 'key': ds.account_key}
    assert config['admin_user']['name'] and config['admin_user']['password']
    kept = run_exec.variables()['HOMEPORT_BATCHAI_CONFIG']
    assert mode(kept) == 0o600
    with open(kept) as file:
        assert json.load(file) == config


def test_a_configuration_that_cannot_be_written_is_an_error(homeport):
    done = homeport.cli('env', '--batchai-config', 'no/such/folder/file.json', check=False)
    assert done.returncode != 0 and 'no/such/folder' in done.stderr


def test_nothing_outside_the_process_changes(run_exec, homeport):
    watched = ['/etc/hosts', '/etc/resolv.conf', '/etc/ssl/certs/ca-certificates.crt']
    before = [open(path, 'rb').read() for path in watched if os.path.exists(path)]
    run_exec('true')
    assert [open(path, 'rb').read() for path in watched if os.path.exists(path)] == before
    assert subprocess.run(['curl', '-sS', '-m', '5', '--proxy', '', 'https://management.azure.com/healthz'], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False).stdout != b'ok\n'


@pytest.mark.parametrize('command, status', [(['sh', '-c', 'exit 7'], 7), (['no-such-program'], 127)])
def test_exec_ends_as_the_program_does(run_exec, command, status):
    assert run_exec(*command, check=False).returncode == status
