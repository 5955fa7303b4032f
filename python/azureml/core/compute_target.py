"""The older home of the compute targets' exception; scripts import it from here."""
from .._surface.missing import module_getattr
from ..exceptions import ComputeTargetException as ComputeTargetException

__getattr__ = module_getattr(__name__)
