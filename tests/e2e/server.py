"""A real Homeport for a test: the binary on a data directory of its own, and everything that a user has beside it."""
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get('HOMEPORT_BINARY') or ROOT / 'build/release/bin/homeport')


SANITIZER = re.compile(r'(ERROR|WARNING): (Address|Leak|Thread)Sanitizer|: runtime error: ')


class Response:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode('utf-8', 'replace')

    def json(self):
        return json.loads(self.body)


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def wait_for(condition, what, seconds=30, pause=0.05):
    """The first true value of condition(); fails naming `what` when it takes longer."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, 'waited %s s for %s' % (seconds, what)
        time.sleep(pause)


class Homeport:
    """`folder` holds data/ (the data directory), project/ (where commands run) and home/ (the user's own)."""

    def __init__(self, folder, as_user=None):
        self.data, self.project, self.home = folder / 'data', folder / 'project', folder / 'home'
        self.prefix = ['setpriv', '--reuid', as_user, '--regid', as_user.replace('nobody', 'nogroup'), '--clear-groups'] if as_user else []
        self.listen = '127.0.0.1:%d' % free_port()
        for path in (self.project, self.home):
            path.mkdir(parents=True, exist_ok=True)

    # What a user types.

    def environment(self, **more):
        kept = ('PATH', 'LANG', 'TMPDIR', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'TSAN_OPTIONS')
        variables = {name: os.environ[name] for name in kept if name in os.environ}
        variables.update({name: value for name, value in os.environ.items() if name.startswith(('PIP_', 'COVERAGE_'))})
        return {**variables, 'HOME': str(self.home), 'PYTHONPATH': str(ROOT / 'python'), **more}

    def call(self, *arguments, check=True, timeout=60, cwd=None, input=None, env=None):
        """One `homeport` command; its CompletedProcess, with text. Raises on another exit status than 0 unless told not to."""
        done = subprocess.run([*self.prefix, str(BINARY), *map(str, arguments)], cwd=cwd or self.project,
                              env=self.environment(**(env or {})), input=input, stdin=None if input else subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=timeout)
        assert not check or done.returncode == 0, '%s: exit status %d\n%s%s' % (
            ' '.join(map(str, arguments)), done.returncode, done.stdout, done.stderr)
        return done

    def cli(self, *arguments, **options):
        """Like call, with --data-dir after the command and before a `--`."""
        arguments = list(arguments)
        end = arguments.index('--') if '--' in arguments else len(arguments)
        return self.call(*arguments[:end], '--data-dir', self.data, *arguments[end:], **options)

    def timed_lines(self, *arguments, timeout=600, env=None):
        """[(seconds since the start, line)] of a `homeport` command, as a person would see them come; fails with its output."""
        began, lines = time.monotonic(), []
        arguments = list(arguments)
        end = arguments.index('--') if '--' in arguments else len(arguments)
        process = subprocess.Popen([*self.prefix, str(BINARY), *map(str, arguments[:end]), '--data-dir', str(self.data), *map(str, arguments[end:])],
                                   cwd=self.project, env=self.environment(**(env or {})), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True)
        stopper = threading.Timer(timeout, process.kill)
        stopper.start()
        try:
            for line in process.stdout:
                lines.append((time.monotonic() - began, line.rstrip('\n')))
            assert process.wait() == 0, '\n'.join(line for _, line in lines[-60:])
        finally:
            stopper.cancel()
        return lines

    def json(self, *arguments):
        return json.loads(self.cli(*arguments, '--json').stdout)

    def python(self, *arguments, check=True, timeout=120, interpreter=sys.executable, cwd=None):
        done = subprocess.run([*self.prefix, interpreter, *map(str, arguments)], cwd=cwd or self.project, env=self.environment(),
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout)
        assert not check or done.returncode == 0, done.stdout
        return done

    def up(self, *arguments, **options):
        cache = os.environ.get('HOMEPORT_ENVIRONMENTS_DIR')
        shared = ['--environments-dir', cache] if cache else []
        return self.cli('up', '--detach', '--listen', self.listen, *shared, *arguments, **options)

    # What a test looks at.

    @property
    def url(self):
        return json.loads((self.data / 'homeport.json').read_text())['url'].rstrip('/')

    @property
    def pid(self):
        return int((self.data / 'homeport.pid').read_text())

    @property
    def token(self):
        profiles = json.loads((self.home / '.config/homeport/profiles.json').read_text())['profiles']
        return {url.rstrip('/'): profile for url, profile in profiles.items()}[self.url]['token']

    def request(self, method, path, body=None, token='own', headers=None, timeout=30):
        """One HTTP request; a dict as body is sent as JSON. Any status is a Response, no answer is an exception."""
        headers = dict(headers or {})
        if isinstance(body, (dict, list)):
            body, headers['Content-Type'] = json.dumps(body).encode(), 'application/json'
        if token:
            headers['Authorization'] = 'Bearer ' + (self.token if token == 'own' else token)
        url = path if path.startswith('http') else self.url + path
        request = urllib.request.Request(url, data=body, method=method, headers=headers)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=timeout) as reply:
                return Response(reply.status, reply.headers, reply.read())
        except urllib.error.HTTPError as reply:
            return Response(reply.code, reply.headers, reply.read())

    def healthy(self):
        try:
            return self.request('GET', '/healthz', token=None, timeout=5).status == 200
        except OSError:
            return False

    def agents(self):
        """Process ids of the agents of this server's nodes."""
        return [pid for pid in self.processes() if 'agent' in command_line(pid) and pid != self.server_pid()]

    def server_pid(self):
        try:
            return self.pid
        except (FileNotFoundError, ValueError):
            return None

    def processes(self):
        """Every process that has to do with this data directory: its command line, folder or environment names it."""
        needle, found = str(self.data).encode(), []
        for entry in Path('/proc').iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            with contextlib.suppress(OSError):
                texts = [(entry / 'cmdline').read_bytes(), os.readlink(entry / 'cwd').encode(), (entry / 'environ').read_bytes()]
                if any(needle in text for text in texts):
                    found.append(int(entry.name))
        return found

    # What happens to it.

    def kill(self):
        """SIGKILL to the server alone; returns when the kernel has ended it."""
        pid = self.pid
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not alive(pid), 'the server to die')

    def close(self):
        """Ends the server with its nodes and runs, and kills what is left: a test that failed must not hurt the next."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.cli('down', '--cancel-runs', check=False, timeout=60)
        for pid in self.processes():
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        complaints = self.sanitizer_complaints()
        assert not complaints, 'a sanitizer found something:\n' + '\n'.join(complaints)

    def sanitizer_complaints(self):
        """What a sanitizer wrote into the log of the server or of an agent; a leak is found when the process ends, unseen otherwise."""
        found = []
        for log in [self.data / 'log/server.log', *self.data.glob('nodes/*/agent.log')]:
            with contextlib.suppress(OSError):
                text = log.read_text(errors='replace')
                start = SANITIZER.search(text)
                if start:
                    found.append('%s: %s' % (log, text[start.start():start.start() + 4000]))
        return found


def alive(pid):
    """Whether it runs; one that is dead and only not collected yet does not."""
    try:
        return Path('/proc/%d/stat' % pid).read_text().rpartition(')')[2].split()[0] not in 'ZX'
    except OSError:
        return False


def command_line(pid):
    try:
        return Path('/proc/%d/cmdline' % pid).read_bytes().replace(b'\0', b' ').decode('utf-8', 'replace').strip()
    except OSError:
        return ''
