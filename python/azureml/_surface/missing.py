"""What stands in for a public name that is not built: it can be imported, and any use of it raises an error naming it.

Scripts import more names than they use, so the import alone is no error; constants have no stand-in and raise at once.
"""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, List, NoReturn

from . import table


def not_built(public_name: str) -> Exception:
    """The error of a name that Homeport does not have yet."""
    from ..exceptions import NotBuiltException

    return NotBuiltException(public_name)


def is_private(name: str) -> bool:
    return name.startswith("_")


class MissingType(type):
    """The type of stand-in classes: isinstance and subclassing work, everything else raises."""

    def __call__(cls, *args: Any, **kwargs: Any) -> NoReturn:
        raise not_built(_public_name(cls))

    def __getattr__(cls, name: str) -> NoReturn:
        if is_private(name):
            raise AttributeError(name)
        raise not_built(f"{_public_name(cls)}.{name}")


def _public_name(cls: type) -> str:
    """The SDK's name of the stand-in that `cls` is, or that it was derived from."""
    for base in cls.__mro__:
        if "_homeport_public_name" in vars(base):
            return str(vars(base)["_homeport_public_name"])
    return cls.__name__


def missing_class(module: str, name: str) -> type:
    return MissingType(name, (), {"_homeport_public_name": f"{module}.{name}", "__module__": module})


def missing_function(module: str, name: str) -> Callable[..., NoReturn]:
    def stand_in(*args: Any, **kwargs: Any) -> NoReturn:
        raise not_built(f"{module}.{name}")

    stand_in.__name__ = name
    stand_in.__module__ = module
    return stand_in


def module_attribute(module: str, name: str) -> Any:
    """What `module.name` is when the module does not define it: a stand-in, an alias, or AttributeError."""
    member = table.modules().get(module, {}).get(name)
    if member is None:
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    if member.kind == "=":
        owner, _, attribute = member.target.rpartition(".")
        import importlib

        return getattr(importlib.import_module(owner), attribute)
    if member.kind == "c":
        return missing_class(module, name)
    if member.kind == "f":
        return missing_function(module, name)
    raise not_built(f"{module}.{name}")


def module_getattr(module: str) -> Callable[[str], Any]:
    """The `__getattr__` of a public module; what it answers stays in the module, so that a name is one object."""

    def __getattr__(name: str) -> Any:
        import sys

        value = module_attribute(module, name)
        vars(sys.modules[module])[name] = value
        return value

    return __getattr__


def public_names(module: str) -> List[str]:
    """For `__all__` and `dir`: the names of a module that can be imported."""
    return [name for name, member in table.modules().get(module, {}).items() if member.kind != "k"]


class PublicType(type):
    """The type of built public classes: a class attribute that only the table knows raises an error naming it."""

    if not TYPE_CHECKING:

        def __getattr__(cls, name: str) -> Any:
            raise _missing_attribute(cls, name)


class Public(metaclass=PublicType):
    """Base of built public classes: an attribute that only the table knows raises an error naming it."""

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            raise _missing_attribute(type(self), name)


def _missing_attribute(cls: type, name: str) -> Exception:
    if not is_private(name):
        for base in cls.__mro__:
            module = base.__module__
            while module:
                if name in table.class_attributes(module, base.__name__):
                    return not_built(f"{module}.{base.__name__}.{name}")
                module = module.rpartition(".")[0]
    return AttributeError(f"{cls.__name__!r} object has no attribute {name!r}")
