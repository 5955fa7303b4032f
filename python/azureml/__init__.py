"""The `azureml` package of Homeport: the interface of the Azure ML SDK v1, served by a Homeport server."""
from ._surface import importer as _importer

_importer.install()
