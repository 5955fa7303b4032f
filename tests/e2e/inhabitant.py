"""Where a test stands: in the project of a server's user, with that user's home and nothing else in its environment."""
import os


def inhabit(homeport, monkeypatch):
    monkeypatch.chdir(homeport.project)
    monkeypatch.setenv('HOME', str(homeport.home))
    for name in [name for name in os.environ if name.startswith(('AZUREML_', 'HOMEPORT_URL', 'HOMEPORT_TOKEN'))]:
        monkeypatch.delenv(name)
    return homeport


def enter(homeport, monkeypatch):
    """This process as `homeport exec` would make it; its variables by name."""
    for name in ('REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'SSL_CERT_FILE', 'HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'):
        monkeypatch.delenv(name, raising=False)
    variables = homeport.json('env')
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables
