"""Bad input, a row each: every refusal is 4xx in the service's envelope, names what is wrong, and changes nothing."""
import json
import uuid

import pytest

from jobs import cluster_parameters, ended, job_parameters, make_cluster, of, submit, text_of
from server import wait_for

VERSION = '?api-version=2018-05-01'


@pytest.fixture
def raw(homeport, place):
    """raw(method, path below the workspace, body): a request that no client would send."""
    def send(method, path, body=None, workspace=None, query='', **more):
        scope = '/subscriptions/%s/resourceGroups/%s/providers/Microsoft.BatchAI/workspaces/%s' % (
            place.cfg.subscription_id, place.group, workspace or place.workspace)
        return homeport.request(method, scope + path + VERSION + query, body, **more)
    return send


def assert_refused(reply, status, *words):
    assert reply.status == status, reply.text
    error = reply.json()['error']
    assert error['code'] and error['message'], reply.text
    said = json.dumps(error).lower()
    for word in words:
        assert word.lower() in said, '%r in %s' % (word, said)


def changed(document, path, value):
    """A copy of the document with one member replaced, or without it."""
    made = json.loads(json.dumps(document))
    *parents, last = path.split('.')
    target = made
    for name in parents:
        target = target[int(name)] if isinstance(target, list) else target[name]
    if value is KeyError:
        del target[last]
    else:
        target[last] = value
    return made


CLUSTER_ROWS = [
    ('properties.vmSize', KeyError, 'vmSize'), ('properties.vmSize', 7, 'vmSize'), ('properties.vmSize', 'STANDARD_NONE', 'STANDARD_NONE'),
    ('properties.vmPriority', 'urgent', 'vmPriority'), ('properties.userAccountSettings', KeyError, 'userAccountSettings'),
    ('properties.userAccountSettings.adminUserName', KeyError, 'adminUserName'), ('properties.scaleSettings', {}, 'scaleSettings'),
    ('properties.scaleSettings.manual.targetNodeCount', 'two', 'targetNodeCount'),
    ('properties.scaleSettings.manual.targetNodeCount', -1, 'targetNodeCount'),
    ('properties.scaleSettings.manual.nodeDeallocationOption', 'explode', 'nodeDeallocationOption'),
    ('properties.scaleSettings.autoScale', {'minimumNodeCount': 0, 'maximumNodeCount': 1}, 'scaleSettings'),
    ('properties', KeyError, 'properties'),
]


@pytest.mark.parametrize('path, value, word', CLUSTER_ROWS)
def test_a_cluster_that_makes_no_sense(raw, place, path, value, word):
    good = cluster_parameters(place.cfg, 1).serialize()
    assert_refused(raw('PUT', '/clusters/bad', changed(good, path, value)), 400, word)
    assert raw('GET', '/clusters/bad').status == 404


JOB_ROWS = [
    ('properties.cluster', KeyError, 'cluster'), ('properties.cluster.id', KeyError, 'id'), ('properties.cluster.id', 'nodes', 'cluster'),
    ('properties.nodeCount', KeyError, 'nodeCount'), ('properties.nodeCount', 'one', 'nodeCount'), ('properties.nodeCount', 0, 'nodeCount'),
    ('properties.stdOutErrPathPrefix', KeyError, 'stdOutErrPathPrefix'), ('properties.schedulingPriority', 'urgent', 'schedulingPriority'),
    ('properties.customToolkitSettings', KeyError, 'settings'), ('properties.tensorFlowSettings', {'pythonScriptFilePath': 'a.py'}, 'settings'),
    ('properties.constraints', {'maxWallClockTime': 'a week'}, 'maxWallClockTime'),
    ('properties.outputDirectories', [{'id': 'A'}], 'pathPrefix'), ('properties.inputDirectories', [{'path': '/x'}], 'id'),
    ('properties.environmentVariables', [{'value': 'x'}], 'name'), ('properties.mountVolumes.azureFileShares.0.accountName', KeyError, 'accountName'),
    ('properties.mountVolumes.azureFileShares.0.relativeMountPath', '../out', 'relativeMountPath'),
]


@pytest.mark.parametrize('path, value, word', JOB_ROWS)
def test_a_job_that_makes_no_sense(raw, place, nodes, path, value, word):
    good = job_parameters(place, nodes, 'true').serialize()
    jobs = '/experiments/%s/jobs/bad' % place.experiment
    assert_refused(raw('PUT', jobs, changed(good, path, value)), 400, word)
    assert raw('GET', jobs).status == 404


@pytest.mark.parametrize('kind', ['clusters', 'experiments'])
@pytest.mark.parametrize('name', ['x' * 65, 'a b', 'a.b', 'a$b'])
def test_a_name_that_is_none(raw, place, kind, name):
    body = cluster_parameters(place.cfg, 1).serialize() if kind == 'clusters' else None
    assert_refused(raw('PUT', '/%s/%s' % (kind, name.replace(' ', '%20')), body), 400)


def test_what_is_not_there(raw, place, nodes):
    gone = 'absent-' + uuid.uuid4().hex[:6]
    for path, code in (('/clusters/' + gone, 'ClusterNotFound'), ('/experiments/' + gone, 'ExperimentNotFound'),
                       ('/experiments/%s/jobs/%s' % (place.experiment, gone), 'JobNotFound'), ('/experiments/%s/jobs' % gone, 'ExperimentNotFound')):
        assert_refused(raw('GET', path), 404, code)
    assert_refused(raw('GET', '', workspace=gone), 404, 'WorkspaceNotFound')
    assert_refused(raw('GET', '/clusters', workspace=gone), 404, 'WorkspaceNotFound')
    body = job_parameters(place, nodes, 'true').serialize()
    assert_refused(raw('PUT', '/experiments/%s/jobs/j' % gone, body), 404, 'ExperimentNotFound')
    assert_refused(raw('POST', '/experiments/%s/jobs/%s/terminate' % (place.experiment, gone)), 404, 'JobNotFound')
    assert_refused(raw('PATCH', '/clusters/' + gone, {'properties': {}}), 404, 'ClusterNotFound')
    for path in ('/clusters/' + gone, '/experiments/' + gone, '/experiments/%s/jobs/%s' % (place.experiment, gone)):
        assert raw('DELETE', path).status == 204, 'what is gone already is gone'


def test_a_job_for_a_cluster_that_is_not_there(raw, place, nodes):
    body = job_parameters(place, nodes, 'true').serialize()
    body = changed(body, 'properties.cluster.id', nodes.id + 'absent')
    reply = raw('PUT', '/experiments/%s/jobs/j' % place.experiment, body)
    assert_refused(reply, reply.status, 'nodesabsent')
    assert reply.status in (400, 404)


def test_a_wrong_output_directory_is_told_the_right_ones(raw, place, nodes):
    from azure.mgmt.batchai import models
    more = [models.OutputDirectory(id='MODEL', path_prefix='$AZ_BATCHAI_JOB_MOUNT_ROOT/afs')]
    name = submit(place, nodes, 'true', output_directories=more).name

    def ask(query):
        return raw('POST', '/experiments/%s/jobs/%s/listOutputFiles' % (place.experiment, name), query=query)
    assert_refused(ask('&outputdirectoryid=WRONG'), 400, 'WRONG', 'MODEL', 'stdouterr')
    assert_refused(ask(''), 400, 'outputdirectoryid')
    assert_refused(ask('&outputdirectoryid=MODEL&linkexpiryinminutes=1000'), 400, 'linkexpiryinminutes')
    assert_refused(ask('&outputdirectoryid=MODEL&maxresults=0'), 400, 'maxresults')
    assert_refused(ask('&outputdirectoryid=MODEL&directory=../..'), 400, 'directory')


def test_what_is_in_use_is_not_deleted_behind_its_user(raw, place):
    """A cluster with a running job: the job is ended first, or the delete is refused; it never runs on nodes that are gone."""
    cluster = make_cluster(place, 'inuse', 1)
    job = submit(place, cluster, 'sleep 600')
    wait_for(lambda: text_of(place.client.jobs.get(*of(place), job.name).execution_state) == 'running', 'the job to run')
    reply = raw('DELETE', '/clusters/inuse')
    if reply.status in (200, 202, 204):
        wait_for(lambda: text_of(place.client.jobs.get(*of(place), job.name).execution_state) != 'running', 'the job to stop', 60)
    else:
        assert_refused(reply, 409, 'inuse')
        place.client.jobs.terminate(*of(place), job.name).result()
        ended(place, job.name)
    place.client.jobs.delete(*of(place), job.name).result()
    place.client.clusters.delete(place.group, place.workspace, 'inuse').result()


def test_a_stranger_and_a_wrong_token(raw):
    assert raw('GET', '/clusters', token=None).status == 401
    assert raw('GET', '/clusters', token='wrong').status == 401


def test_a_body_that_is_no_json_or_too_large(raw, place):
    for body in (b'{"properties": ', b'[]', b'"text"', b''):
        reply = raw('PUT', '/clusters/bad', body, headers={'Content-Type': 'application/json'})
        assert_refused(reply, 400)
    reply = raw('PUT', '/clusters/bad', b'{"a": "' + b'x' * (8 << 20) + b'"}', headers={'Content-Type': 'application/json'})
    assert reply.status in (400, 413), reply.status


def test_two_writers_at_once(raw, place):
    made = raw('PUT', '/clusters/etag', cluster_parameters(place.cfg, 0).serialize())
    assert made.status in (200, 201, 202)
    wait_for(lambda: raw('GET', '/clusters/etag').json()['properties']['provisioningState'] == 'succeeded', 'the cluster')
    tag = raw('GET', '/clusters/etag').headers['ETag']
    scale = {'properties': {'scaleSettings': {'autoScale': {'minimumNodeCount': 0, 'maximumNodeCount': 1}}}}
    assert raw('PATCH', '/clusters/etag', scale, headers={'If-Match': tag}).status == 200
    assert_refused(raw('PATCH', '/clusters/etag', scale, headers={'If-Match': tag}), 412)
    raw('DELETE', '/clusters/etag')


def test_file_servers_say_that_they_are_not_built(raw):
    assert_refused(raw('PUT', '/fileServers/nfs', {'location': 'x', 'properties': {}}), 501, 'NotImplemented', 'file')


BATCHAI, LEARNING = '/providers/Microsoft.BatchAI', '/providers/Microsoft.MachineLearningServices'


@pytest.mark.parametrize('method, path', [
    ('GET', '/tenants'), ('GET', '/subscriptions'), ('GET', '/subscriptions/{s}'), ('GET', '/subscriptions/{s}/resourceGroups/{g}'),
    ('GET', '/subscriptions/{s}/providers'), ('GET', '/subscriptions/{s}/providers/Microsoft.Storage/storageAccounts'),
    ('GET', '/subscriptions/{s}' + LEARNING + '/workspaces'), ('GET', '/subscriptions/{s}/resourceGroups/{g}' + LEARNING + '/workspaces/{w}'),
    ('GET', '/subscriptions/{s}/resourceGroups/{g}' + LEARNING + '/workspaces/{w}/computes'),
    ('GET', BATCHAI + '/operations'), ('GET', '/subscriptions/{s}' + BATCHAI + '/workspaces'),
    ('GET', '/subscriptions/{s}/resourceGroups/{g}' + BATCHAI + '/workspaces/{w}/clusters'),
    ('PUT', '/subscriptions/{s}/resourceGroups/{g}' + BATCHAI + '/workspaces/unversioned'),
    ('GET', '/providers/Homeport.Compute/status')])
def test_every_request_names_a_version_that_is_served(homeport, place, method, path):
    path = path.format(s=place.cfg.subscription_id, g=place.group, w=place.workspace)
    body = {'location': 'x'} if method == 'PUT' else None
    assert_refused(homeport.request(method, path, body), 400, 'MissingApiVersionParameter')
    reply = homeport.request(method, path + '?api-version=2001-01-01', body)
    assert_refused(reply, 400, 'api-version', '2001-01-01')
    assert reply.json()['error']['code'] in ('InvalidApiVersionParameter', 'NoRegisteredProviderFound')
    assert 'unversioned' not in [each.name for each in place.client.workspaces.list()]


def test_another_version_of_the_service(homeport, place):
    path = '/subscriptions/%s/resourceGroups/%s/providers/Microsoft.BatchAI/workspaces' % (place.cfg.subscription_id, place.group)
    reply = homeport.request('GET', path + '?api-version=2016-01-01')
    assert_refused(reply, 400, '2018-05-01')
