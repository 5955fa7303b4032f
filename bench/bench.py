"""The figures of design and issue beside what the machine can do, measured in the same run.

Prints a table, or with --json one object a line: {"name", "value", "unit", "limit", "ratio", "bar", "holds"}. `limit` is the
physical figure that the value can at best reach, `ratio` the value over it, `bar` what the project promises.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / 'tests/e2e'), str(ROOT / 'python')]

from server import Homeport, wait_for  # noqa: E402

TOOLS = ROOT / 'build/bench'


class Report:
    def __init__(self, as_json):
        self.as_json, self.failed = as_json, False

    def add(self, name, value, unit, limit, bar, smaller_is_better=False):
        holds = value <= bar if smaller_is_better else value >= bar
        row = {'name': name, 'value': round(value, 3), 'unit': unit, 'limit': limit and round(limit, 3),
               'ratio': round(value / limit, 3) if limit else None, 'bar': bar, 'holds': holds}
        if self.as_json:
            print(json.dumps(row), flush=True)
        else:
            print('%-44s %12.3f %-6s limit %-10s bar %s %-8s %s' % (
                name, value, unit, row['limit'], '<=' if smaller_is_better else '>=', bar, 'holds' if holds else 'MISSED'), flush=True)


def raw_load(host, port, connections, count, request):
    """The figures of bench/load for `count` such requests, bytes as they go over the wire."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(request)
        file.flush()
        return json.loads(subprocess.run([TOOLS / 'load', host, port, str(connections), str(count), file.name],
                                         check=True, stdout=subprocess.PIPE).stdout)


class Service:
    """A server with one cluster, spoken to without a client library in between."""

    def __init__(self, homeport):
        self.homeport = homeport
        config = json.loads((homeport.project / '.azureml/config.json').read_text())
        self.scope = '/subscriptions/%s/resourceGroups/%s/providers/Microsoft.MachineLearningServices/workspaces/%s' % (
            config['subscription_id'], config['resource_group'], config['workspace_name'])
        self.submitted = 0

    def arm(self, name):
        return '%s/computes/%s?api-version=2019-06-01' % (self.scope, name)

    def make_cluster(self, name, nodes, minimum):
        reply = self.homeport.request('PUT', self.arm(name), {'location': 'local', 'properties': {
            'computeType': 'AmlCompute', 'properties': {'vmSize': 'STANDARD_D2_V2', 'scaleSettings': {
                'minNodeCount': minimum, 'maxNodeCount': nodes, 'nodeIdleTimeBeforeScaleDown': 'PT3600S'}}}})
        assert reply.status in (200, 201), reply.text
        wait_for(lambda: self.idle_nodes(name) >= minimum, 'the nodes', 60)

    def idle_nodes(self, name):
        properties = self.homeport.request('GET', self.arm(name)).json()['properties']['properties']
        return properties['nodeStateCounts']['idleNodeCount']

    def submit_path(self, run):
        return '/execution/v1.0%s/experiments/bench/snapshotrun?runId=%s' % (self.scope, run)

    def definition(self, target, command):
        return {'configuration': {'command': command, 'target': target, 'framework': 'Python', 'communicator': 'None', 'nodeCount': 1,
                                  'environment': {'name': 'plain', 'python': {'userManagedDependencies': True,
                                                                             'interpreterPath': '/usr/bin/python3'}},
                                  'history': {'outputCollection': True, 'snapshotProject': False}}}

    def submit(self, target, command):
        self.submitted += 1
        run = 'bench_%d_%08d' % (os.getpid(), self.submitted)
        reply = self.homeport.request('POST', self.submit_path(run), self.definition(target, command))
        assert reply.status == 200, reply.text
        return run

    def run(self, run):
        return self.homeport.request('GET', '/history/v1.0%s/experiments/bench/runs/%s' % (self.scope, run)).json()

    def log(self, run):
        path = urllib.parse.quote('azureml-logs/70_driver_log.txt')
        reply = self.homeport.request('GET', '/artifact/v2.0%s/artifacts/content/ExperimentRun/dcid.%s/%s' % (self.scope, run, path))
        return reply.text if reply.status == 200 else ''

    def load(self, connections, count, method, path, body):
        """The figures of bench/load for `count` such requests."""
        content = json.dumps(body).encode()
        host, port = self.homeport.url.split('//')[1].split(':')
        request = ('%s %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n' % (
            method, path, host, self.homeport.token, len(content))).encode() + content
        return raw_load(host, port, connections, count, request)


def percentile(values, part):
    return sorted(values)[int(part * (len(values) - 1))]


def first_instruction(service, report, limits):
    service.make_cluster('warm', 1, 1)
    waits = []
    for _ in range(100):
        began = time.time()
        run = service.submit('warm', ['/usr/bin/date', '+%s.%N'])
        wait_for(lambda: service.run(run)['status'] in ('Completed', 'Failed'), 'the run', 20, pause=0.002)
        waits.append((float(service.log(run)) - began) * 1000)
    best = limits['spawn_ms'] + limits['sync_ms']
    report.add('submit to first instruction, p50', statistics.median(waits), 'ms', best, 3, smaller_is_better=True)
    report.add('submit to first instruction, p99', percentile(waits, 0.99), 'ms', best, 15, smaller_is_better=True)


def durable_submits(service, report, limits, count):
    # A cluster whose only place is taken: what is measured is the submit, not the runs.
    service.make_cluster('taken', 1, 1)
    service.submit('taken', ['/usr/bin/sleep', '3600'])
    figures = service.load(64, count, 'POST', service.submit_path('queued_{N}'), service.definition('taken', ['/bin/true']))
    assert figures['errors'] == 0, figures
    report.add('durable submits, 64 clients', figures['per_second'], '1/s', 64 * limits['syncs_per_second'], 10000)


def drain(service, report, limits, count):
    service.make_cluster('drain', 16, 16)
    began = time.monotonic()
    figures = service.load(16, count, 'POST', service.submit_path('drained_{N}'), service.definition('drain', ['/bin/true']))
    assert figures['errors'] == 0, figures
    wait_for(lambda: service.run('drained_%08d' % (count - 1))['status'] == 'Completed' and service.idle_nodes('drain') == 16,
             'all runs', 300, pause=0.02)
    report.add('%d runs of /bin/true on 16 nodes' % count, count / (time.monotonic() - began), '1/s', limits['spawns_per_second'], 1000)


def idle_memory(service, report):
    status = Path('/proc/%d/status' % service.homeport.pid).read_text()
    mib = next(int(line.split()[1]) for line in status.splitlines() if line.startswith('VmRSS')) / 1024
    report.add('idle server, resident', mib, 'MiB', None, 60, smaller_is_better=True)


def restart(service, report, count):
    body = service.definition('taken', ['/bin/true'])
    figures = service.load(64, count, 'POST', service.submit_path('kept_{N}'), body)
    assert figures['errors'] == 0, figures
    service.homeport.kill()
    began = time.monotonic()
    service.homeport.up()
    wait_for(service.homeport.healthy, 'the server', 60, pause=0.01)
    assert service.run('kept_%08d' % (count - 1))['status'] == 'Queued'
    report.add('restart to serving with %d runs' % count, time.monotonic() - began, 's', None, 2, smaller_is_better=True)


def gateway(service, report):
    """Kept-alive requests a second for a published name, straight over TLS and through CONNECT, in turns: the machine's mood counts for both."""
    host, port = service.homeport.url.split('//')[1].split(':')
    with tempfile.NamedTemporaryFile() as file:
        file.write(('GET %s?api-version=2019-06-01 HTTP/1.1\r\nHost: management.azure.com\r\nAuthorization: Bearer %s\r\n\r\n' % (
            service.scope, service.homeport.token)).encode())
        file.flush()
        figures = {'direct': [], 'connect': []}
        for _ in range(12):
            for way, found in figures.items():
                done = subprocess.run([TOOLS / 'tls_load', host, port, 'management.azure.com', service.homeport.data / 'secrets/ca/ca.pem', '8', '0.7',
                                       way, file.name], check=True, stdout=subprocess.PIPE)
                answer = json.loads(done.stdout)
                assert answer['errors'] == 0, answer
                found.append(answer['per_second'])
    direct, through = (statistics.median(figures[way]) for way in ('direct', 'connect'))
    report.add('HTTPS requests through the gateway', through, '1/s', direct, round(0.9 * direct, 3))


def import_time(report):
    def run(code):
        began = time.perf_counter()
        subprocess.run([sys.executable, '-I', '-c', 'import sys; sys.path.insert(0, %r)\n%s' % (str(ROOT / 'python'), code)], check=True)
        return (time.perf_counter() - began) * 1000
    bare = statistics.median(run('pass') for _ in range(15))
    full = statistics.median(run('import azureml.core') for _ in range(15))
    report.add('import azureml.core', full - bare, 'ms', bare, 60, smaller_is_better=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--json', action='store_true')
    parser.add_argument('--runs', type=int, default=100000, help='in the ledger at the restart')
    parser.add_argument('--submits', type=int, default=10000)
    parser.add_argument('--drained', type=int, default=1000)
    arguments = parser.parse_args()
    report = Report(arguments.json)
    import_time(report)
    with tempfile.TemporaryDirectory() as folder:
        limits = json.loads(subprocess.run([TOOLS / 'limits', folder], check=True, stdout=subprocess.PIPE).stdout)
        homeport = Homeport(Path(folder))
        homeport.up('--capacity', '24')
        try:
            service = Service(homeport)
            idle_memory(service, report)
            gateway(service, report)
            first_instruction(service, report, limits)
            drain(service, report, limits, arguments.drained)
            durable_submits(service, report, limits, arguments.submits)
            restart(service, report, arguments.runs)
        finally:
            homeport.close()


if __name__ == '__main__':
    main()
