"""What the programs with the clients of 2019 share: they run in those clients' own interpreter, from this folder."""
from azure.common import AzureHttpError


def fails_with(status, code, action):
    """Fails unless `action` is refused with just this status and code."""
    try:
        action()
    except AzureHttpError as error:
        assert (error.status_code, error.error_code) == (status, code), (error.status_code, error.error_code)
    else:
        raise AssertionError('%s did not come' % code)
