"""Data of runs: references to datastores."""
from .._surface.missing import module_getattr

__getattr__ = module_getattr(__name__)
