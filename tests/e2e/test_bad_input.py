"""What a user or a client gets wrong: each answer names the cause, at once, in the shape that its dialect has."""
import base64
import socket
import time

import pytest

from sdk import make_cluster, read_log, script_config
from server import Homeport

ARM = '?api-version=2019-06-01'


def scope(ws, tail=''):
    return '/subscriptions/%s/resourceGroups/%s/providers/Microsoft.MachineLearningServices/workspaces/%s%s' % (
        ws.subscription_id, ws.resource_group, ws.name, tail)


def cluster_body(**scale):
    return {'location': 'local', 'properties': {'computeType': 'AmlCompute', 'properties': {
        'vmSize': 'STANDARD_D2_V2', 'scaleSettings': {'minNodeCount': 0, 'maxNodeCount': 1, **scale}}}}


@pytest.fixture
def experiment(ws):
    from azureml.core import Experiment
    return Experiment(ws, name='bad')


# Names of things that are not there.

def test_an_unknown_workspace(homeport, ws):
    from azureml.core import Workspace
    from azureml.exceptions import WorkspaceException
    with pytest.raises(WorkspaceException, match='nowhere'):
        Workspace.get('nowhere', subscription_id=ws.subscription_id, resource_group=ws.resource_group)
    reply = homeport.request('GET', scope(ws).replace('/' + ws.name, '/nowhere') + ARM)
    assert reply.status == 404 and reply.json()['error']['code']


def test_an_unknown_cluster(homeport, ws):
    from azureml.core.compute import ComputeTarget
    from azureml.exceptions import ComputeTargetException
    with pytest.raises(ComputeTargetException, match='nocluster'):
        ComputeTarget(workspace=ws, name='nocluster')
    done = homeport.cli('cluster', 'show', 'nocluster', check=False)
    assert done.returncode == 4 and 'nocluster' in done.stderr


def test_an_unknown_run(homeport, experiment):
    from azureml.core import Run
    with pytest.raises(Exception, match='norun'):
        Run(experiment, 'norun')
    done = homeport.cli('run', 'show', 'norun', check=False)
    assert done.returncode == 4 and 'norun' in done.stderr


# Values that cannot be.

@pytest.mark.parametrize('name', ['a', 'has space', 'under_score', 'x' * 40, '-dash'])
def test_a_cluster_name_with_wrong_characters(homeport, ws, name):
    reply = homeport.request('PUT', scope(ws, '/computes/' + name.replace(' ', '%20')) + ARM, cluster_body())
    assert reply.status == 400, reply.text
    assert 'name' in reply.json()['error']['message'].lower()


def test_a_maximum_below_the_minimum(homeport, ws):
    from azureml.exceptions import ComputeTargetException
    reply = homeport.request('PUT', scope(ws, '/computes/upside') + ARM, cluster_body(minNodeCount=3, maxNodeCount=2))
    assert reply.status == 400 and 'maxNodeCount' in reply.text
    with pytest.raises(ComputeTargetException):
        make_cluster(ws, 'upside', min_nodes=3, max_nodes=2)


def test_an_unknown_vm_size(homeport, ws):
    body = cluster_body()
    body['properties']['properties']['vmSize'] = 'STANDARD_HUGE'
    reply = homeport.request('PUT', scope(ws, '/computes/huge') + ARM, body)
    assert reply.status == 400 and 'STANDARD_HUGE' in reply.text


def test_more_nodes_than_the_cluster_can_have_is_an_error_at_submit(experiment, cluster, project):
    config = script_config(project(train='pass\n'), cluster)
    config.run_config.node_count = 9
    began = time.monotonic()
    with pytest.raises(Exception, match='(?s)9.*2|2.*9'):
        experiment.submit(config)
    assert time.monotonic() - began < 10


def test_a_missing_entry_script(experiment, cluster, project):
    folder = project(train='pass\n')
    with pytest.raises(Exception, match='absent.py'):
        experiment.submit(script_config(folder, cluster, script='absent.py')).wait_for_completion()


def test_a_script_that_exits_with_3(experiment, cluster, project):
    run = experiment.submit(script_config(project(train='import sys\nprint("one")\nprint("the last words")\nsys.exit(3)\n'), cluster))
    with pytest.raises(Exception, match='3'):
        run.wait_for_completion()
    assert run.get_status() == 'Failed'
    error = run.get_details()['error']['error']
    assert error['code'] == 'UserError'
    assert 'exit' in error['message'] and '3' in error['message'] and 'the last words' in error['message']
    assert read_log(run) == 'one\nthe last words\n'


def test_a_package_that_does_not_exist_fails_the_run_with_the_log_of_the_build(experiment, cluster, project):
    from azureml.core import Environment
    from azureml.core.conda_dependencies import CondaDependencies
    environment = Environment('impossible')
    environment.python.conda_dependencies = CondaDependencies.create(pip_packages=['toolz==999.0.0'])
    run = experiment.submit(script_config(project(train='pass\n'), cluster, environment=environment))
    run.wait_for_completion(raise_on_error=False)
    assert run.get_status() == 'Failed'
    assert 'toolz' in run.get_details()['error']['error']['message']


def test_upload_of_a_missing_folder(ws):
    with pytest.raises(Exception, match='no-such-folder'):
        ws.get_default_datastore().upload(src_dir='no-such-folder', target_path='x')


# Who may ask.

def test_a_wrong_token_is_401(homeport, ws):
    for token in ('wrong', None, homeport.token[:-1] + ('a' if homeport.token[-1] != 'a' else 'b')):
        reply = homeport.request('GET', scope(ws) + ARM, token=token)
        assert reply.status == 401, (token, reply.text)
        assert 'WWW-Authenticate' in reply.headers
        assert homeport.token not in reply.text


def test_a_wrong_storage_key_is_403(ws):
    ds = ws.get_default_datastore()
    ds.account_key = base64.b64encode(b'0' * 64).decode()
    with pytest.raises(Exception, match='403|AuthenticationFailed'):
        ds.download(target_path='nothing')


def test_a_storage_request_without_a_signature_is_refused(homeport, ws):
    ds = ws.get_default_datastore()
    for path in ('/%s/%s/x' % (ds.account_name, ds.container_name), '/%s/%s?restype=container&comp=list' % (ds.account_name, ds.container_name)):
        reply = homeport.request('GET', path, token=None)
        assert reply.status in (401, 403, 404) and b'one.txt' not in reply.body


# Bodies.

def test_a_body_that_is_not_json(homeport, ws):
    for body in (b'{"location": ', b'\xff\xfe', b'[' * 100000):
        reply = homeport.request('PUT', scope(ws, '/computes/x1') + ARM, body, headers={'Content-Type': 'application/json'})
        assert reply.status == 400, reply.text
        assert reply.json()['error']['message']


def test_a_body_that_is_too_large(homeport, ws):
    host, port = homeport.url.split('//')[1].split(':')
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(('PUT %s%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n'
                            'Content-Length: 1000000000000\r\n\r\n{' % (scope(ws, '/computes/x2'), ARM, homeport.token)).encode())
        assert b' 413 ' in connection.recv(65536).split(b'\r\n')[0]
    assert homeport.healthy()


def test_a_body_that_is_cut_off(homeport, ws):
    host, port = homeport.url.split('//')[1].split(':')
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(('PUT %s%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n'
                            'Content-Length: 500\r\n\r\n{"loc' % (scope(ws, '/computes/cutoff'), ARM, homeport.token)).encode())
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(20)
        while connection.recv(65536):
            pass
    assert homeport.healthy()
    assert homeport.request('GET', scope(ws, '/computes/cutoff') + ARM).status == 404


@pytest.mark.parametrize('path', ['/subscriptions/%00/x', '/..%2f..%2fetc/passwd', '/%ff%fe', '/' + 'a' * 20000, '//', '/history/v1.0/x?' + 'q=1&' * 5000],
                         ids=['nul', 'dots', 'not utf-8', 'long', 'slashes', 'many parameters'])
def test_strange_paths_get_a_plain_answer(homeport, path):
    status = homeport.request('GET', path).status
    assert 400 <= status < 500 or (status == 501 and path.startswith('/history/')), status
    assert homeport.healthy()


def test_a_request_outside_of_what_is_built_names_its_operation(homeport, ws):
    reply = homeport.request('GET', scope(ws, '/services') + '?api-version=2021-01-01')
    assert reply.status in (404, 501)
    assert 'NotImplemented' in reply.text or 'not built' in reply.text, reply.text


# Starting.

def test_a_port_in_use(tmp_path):
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        taken.listen()
        homeport = Homeport(tmp_path)
        homeport.listen = '127.0.0.1:%d' % taken.getsockname()[1]
        done = homeport.up(check=False)
        assert done.returncode == 6
        assert homeport.listen in done.stderr and 'in use' in done.stderr
        assert not homeport.processes()


def test_the_data_directory_of_a_live_server_is_locked(homeport):
    done = homeport.cli('up', '--listen', '127.0.0.1:0', check=False, timeout=20)
    assert homeport.healthy()
    # `up` either says that the one that stands is used, or that it holds the directory; it never starts a second.
    assert str(homeport.pid) in done.stdout + done.stderr or homeport.url in done.stdout + done.stderr
