"""The page of a run behind its Web View address: for a person with a browser, who has no token at hand."""
import http.cookiejar
import re
import time
import urllib.error
import urllib.request

import pytest

from browser import Browser
from sdk import script_config, sdk_environment
from server import wait_for


@pytest.fixture
def finished(ws, cluster, project):
    from azureml.core import Experiment
    folder = project(train='from azureml.core import Run\nprint("<b>log & line</b>")\nRun.get_context().log("loss", 0.25)\n')
    run = Experiment(ws, name='web').submit(script_config(folder, cluster, environment=sdk_environment()))
    run.wait_for_completion()
    return run


def browser():
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))


def test_without_a_login_the_page_tells_nothing(homeport, finished):
    address = finished.get_portal_url()
    try:
        with browser().open(address, timeout=10) as reply:
            text = reply.read().decode()
    except urllib.error.HTTPError as error:
        assert error.code in (401, 403)
        text = error.read().decode()
    assert 'log &amp; line' not in text
    assert 'homeport login' in text, 'says how to get in'


def test_a_login_link_works_once_and_opens_the_page(homeport, finished):
    link = next(word for word in homeport.cli('login').stdout.split() if word.startswith('http'))
    mine, thief = browser(), browser()
    mine.open(link, timeout=10).read()
    with mine.open(finished.get_portal_url(), timeout=10) as reply:
        page = reply.read().decode()
    assert finished.id in page and 'Completed' in page and 'loss' in page
    assert '&lt;b&gt;log &amp; line' in page, 'a log is text, never markup'
    try:
        thief.open(link, timeout=10).read()
        with pytest.raises(urllib.error.HTTPError):
            thief.open(finished.get_portal_url(), timeout=10)
    except urllib.error.HTTPError as error:
        assert error.code in (401, 403, 410)


SCRIPT = '''
import time
from azureml.core import Run
run = Run.get_context()
for step in range(10):
    run.log('loss', 1.0 / (step + 1))
    print('\\n'.join('step %d, line %d' % (step, line) for line in range(20)), flush=True)
    time.sleep(0.7)
'''


@pytest.fixture
def window():
    opened = []

    def open_window():
        opened.append(Browser())
        return opened[-1]
    yield open_window
    for each in opened:
        each.close()


def login_link(homeport, *arguments):
    return next(word for word in homeport.cli('login', *arguments).stdout.split() if word.startswith('http'))


def overflow(page):
    return page.run('return document.documentElement.scrollWidth - document.documentElement.clientWidth')


def test_in_a_real_browser_the_page_follows_the_run(homeport, ws, cluster, project, window):
    from azureml.core import Experiment
    from azureml.core.runconfig import TensorflowConfiguration
    config = script_config(project(train=SCRIPT), cluster, environment=sdk_environment(),
                           distributed_job_config=TensorflowConfiguration(worker_count=2, parameter_server_count=0))
    config.run_config.node_count = 2
    mine, link = window(), login_link(homeport)
    mine.open(link)
    wait_for(lambda: mine.url.endswith('/web/') and 'cpu' in mine.text('table'), 'the first page')
    run = Experiment(ws, name='browser').submit(config)
    wait_for(lambda: run.id in mine.text(), 'the run to appear by itself')

    mine.open(run.get_portal_url())
    wait_for(lambda: mine.text('h1 .state') == 'Running' and mine.text('.metric .last'), 'the run to be seen running')
    mine.run('window.untouched = true; document.querySelector("details:not([open])").open = true')
    assert len(mine.run('return [...document.querySelectorAll("#nodes tr")].map((row) => row.innerText)')) == 3, 'two nodes and a head'
    seen = set()
    while mine.text('h1 .state') == 'Running':
        seen.add((mine.text('.metric .last'), mine.text('[id="log-azureml-logs/70_driver_log_worker_0.txt"] pre').split('\n')[-1]))
        time.sleep(0.2)
    assert len(seen) >= 4, 'metrics and logs moved while somebody looked: %s' % seen
    wait_for(lambda: mine.text('h1 .state') == 'Completed', 'the end')
    assert mine.run('return window.untouched'), 'without the page being loaded again'
    assert mine.run('return document.querySelectorAll("details:not([open])").length') == 1, 'what the reader opened stays open'
    assert mine.text('.metric .last') == '0.1' and mine.run('return document.querySelector(".chart .line").getTotalLength()') > 50
    pre = '[id="text-azureml-logs/70_driver_log_worker_1.txt"]'
    assert mine.text(pre).rstrip().endswith('step 9, line 19')
    box = mine.run('const box = document.querySelector(arguments[0]); return [box.scrollTop, box.scrollHeight - box.clientHeight]', pre)
    assert box[0] == 0 and box[1] > 100, 'a long log shows its end'
    assert re.fullmatch(r'0:00:\d\d', mine.run('return [...document.querySelectorAll(".facts div")].find((fact) => '
                                               'fact.firstChild.innerText === "Duration").lastChild.innerText'))

    mine.resize(360, 740)
    assert overflow(mine) <= 0, 'a telephone need not scroll sideways'
    mine.open(homeport.url + '/web/')
    wait_for(lambda: run.id in mine.text(), 'the first page')
    assert overflow(mine) <= 0
    assert mine.complaints() == [], 'no error of a script, a policy or a request'

    thief = window()
    thief.open(link)
    assert 'Log in' in thief.text('h1') and 'homeport login' in thief.text('pre')
    thief.open(run.get_portal_url())
    assert 'step 9' not in thief.text() and 'homeport login --to /web/runs/' in thief.text('pre')


def test_the_link_of_a_run_leads_to_its_page_and_an_open_page_outlives_the_server(own_homeport, own_ws, own_cluster, project, window):
    from azureml.core import Experiment
    run = Experiment(own_ws, name='browser').submit(script_config(project(train='import time\ntime.sleep(3600)\n'), own_cluster))
    path = run.get_portal_url()[len(own_homeport.url):]
    page = window()
    page.open(login_link(own_homeport, '--to', path))
    wait_for(lambda: page.text('h1 .state') == 'Running' and page.url.endswith(path), 'the page of the run')
    own_homeport.kill()
    wait_for(lambda: 'does not answer' in page.text('header'), 'the page to say that the server is away')
    own_homeport.up()
    run.cancel()
    wait_for(lambda: page.text('h1 .state') == 'Canceled', 'the page to go on', 40)
    assert page.text('header').strip() == 'Homeport'
