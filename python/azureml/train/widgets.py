"""The first home of RunDetails; early notebooks import it from here."""
from ..widgets import RunDetails as RunDetails
