"""The version of this package. `azureml.core.VERSION` is the SDK release whose interface it has; see `SDK_VERSION`."""

__version__ = "0.1.0"
SDK_VERSION = "1.61.0"
