"""Watching a run, in a notebook or on a terminal."""
from .run_details import RunDetails as RunDetails
