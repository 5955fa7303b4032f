"""Where a test stands: in the project of a server's user, with that user's home and nothing else in its environment."""
import os


def inhabit(homeport, monkeypatch):
    monkeypatch.chdir(homeport.project)
    monkeypatch.setenv('HOME', str(homeport.home))
    for name in [name for name in os.environ if name.startswith(('AZUREML_', 'HOMEPORT_URL', 'HOMEPORT_TOKEN'))]:
        monkeypatch.delenv(name)
    return homeport
