"""Estimators: run configurations for common kinds of training."""
from .._surface.missing import module_getattr

__getattr__ = module_getattr(__name__)
