"""Programs run as `homeport exec` runs them, and bytes spoken to the gateway itself."""
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

from server import ROOT

sys.path.insert(0, str(ROOT / 'tests/clients'))

from client_sets import python_of  # noqa: E402

PROGRAMS = Path(__file__).resolve().parent / 'programs'


class Exec:
    """Runs programs under `homeport exec`, with the registries' settings of this machine and nothing else of its environment."""

    def __init__(self, homeport):
        self.homeport = homeport
        kept = ('REQUESTS_CA_BUNDLE', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'CURL_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS')
        self.environment = {name: os.environ[name] for name in kept if name in os.environ}

    def __call__(self, *command, check=True, timeout=120, **more):
        return self.homeport.cli('exec', '--', *command, check=check, timeout=timeout, env={**self.environment, **more})

    def program(self, client_set, name, *arguments, **options):
        """What programs/`name` prints with the clients of that set."""
        return self(python_of(client_set), PROGRAMS / name, *arguments, **options).stdout

    def variables(self, **more):
        done = self.homeport.cli('env', '--json', env={**self.environment, **more})
        return json.loads(done.stdout)


class PlainEcho:
    """Another host: answers every connection with what it got, in clear."""

    def __init__(self):
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                data = connection.recv(65536)
                while data:
                    connection.sendall(data)
                    data = connection.recv(65536)

    def close(self):
        self.listener.close()


def connect_through(port, target, headers='', version='1.1'):
    """(socket, head of the answer) of a CONNECT."""
    client = socket.create_connection(('127.0.0.1', port), timeout=30)
    client.sendall(('CONNECT %s HTTP/%s\r\n%s\r\n' % (target, version, headers)).encode())
    head = b''
    while b'\r\n\r\n' not in head:
        piece = client.recv(1)
        if not piece:
            break
        head += piece
    return client, head.decode()


def certificate_names(pem):
    return subprocess.run(['openssl', 'x509', '-noout', '-ext', 'subjectAltName'], input=pem, stdout=subprocess.PIPE, text=True, check=True).stdout
