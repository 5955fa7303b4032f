"""Compute targets: what runs are sent to."""
from ..._surface.missing import module_getattr
from .amlcompute import AmlCompute as AmlCompute
from .target import ComputeTarget as ComputeTarget

__getattr__ = module_getattr(__name__)
