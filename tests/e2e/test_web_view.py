"""The page of a run behind its Web View address: for a person with a browser, who has no token at hand."""
import http.cookiejar
import urllib.error
import urllib.request

import pytest

from sdk import script_config, sdk_environment


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
