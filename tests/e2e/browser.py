"""A real browser for a test: headless Chromium, told what to do over the WebDriver protocol."""
import base64
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request

from server import free_port, wait_for

CHROMIUM, DRIVER = shutil.which('chromium'), shutil.which('chromedriver')
# Nothing of it leaves this machine, and it runs as root in CI.
ARGUMENTS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
             '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--no-proxy-server', '--hide-scrollbars']


class Browser:
    """One window with a profile of its own."""

    def __init__(self, width=1200, height=900):
        self._profile = tempfile.mkdtemp(prefix='browser-')
        port = free_port()
        self._driver = subprocess.Popen([DRIVER, '--port=%d' % port], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, env={**os.environ, 'HOME': self._profile})
        self._root = 'http://127.0.0.1:%d' % port
        try:
            wait_for(self._ready, 'chromedriver')
            options = {'binary': CHROMIUM, 'args': [*ARGUMENTS, '--user-data-dir=' + self._profile, '--window-size=%d,%d' % (width, height)]}
            session = self._send('POST', '/session', {'capabilities': {'alwaysMatch': {
                'browserName': 'chrome', 'goog:chromeOptions': options, 'goog:loggingPrefs': {'browser': 'ALL'}}}})
            self._root += '/session/' + session['sessionId']
        except BaseException:
            self.close()
            raise

    def _send(self, method, path, body=None):
        request = urllib.request.Request(self._root + path, method=method, data=None if body is None else json.dumps(body).encode(),
                                         headers={'Content-Type': 'application/json'})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as reply:
                return json.load(reply)['value']
        except urllib.error.HTTPError as error:
            raise AssertionError(json.load(error)['value']['message']) from None

    def _ready(self):
        with contextlib.suppress(OSError):
            return self._send('GET', '/status')['ready']

    def open(self, url):
        self._send('POST', '/url', {'url': url})

    @property
    def url(self):
        return self._send('GET', '/url')

    def run(self, script, *arguments):
        """What this JavaScript returns."""
        return self._send('POST', '/execute/sync', {'script': script, 'args': list(arguments)})

    def text(self, selector='body'):
        """What a person reads there; '' where nothing fits the selector."""
        return self.run('const found = document.querySelector(arguments[0]); return found ? found.innerText : ""', selector)

    def resize(self, width, height):
        """Of the page itself: a window cannot be as narrow as a telephone."""
        self._command('Emulation.setDeviceMetricsOverride', width=width, height=height, deviceScaleFactor=1, mobile=False)

    def dark(self):
        self._command('Emulation.setEmulatedMedia', features=[{'name': 'prefers-color-scheme', 'value': 'dark'}])

    def _command(self, name, **parameters):
        return self._send('POST', '/goog/cdp/execute', {'cmd': name, 'params': parameters})

    def picture(self, path):
        """The whole page as a PNG."""
        shot = self._command('Page.captureScreenshot', format='png', captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot['data']))

    def complaints(self):
        """What the browser wrote to its console since the last look: errors of scripts, of policies, of requests."""
        return [entry['message'] for entry in self._send('POST', '/se/log', {'type': 'browser'}) if entry['level'] == 'SEVERE']

    def close(self):
        with contextlib.suppress(Exception):
            self._send('DELETE', '')
        self._driver.terminate()
        self._driver.wait()
        shutil.rmtree(self._profile, ignore_errors=True)
