"""Walks the path backwards: what became of an entry, an address or a headline, why, and why not.

:mod:`~monitor.pipeline.explain.question` reads what was asked, :mod:`~monitor.pipeline.explain.explainer` answers it:
for what was read by :mod:`~monitor.pipeline.explain.found`, for what never was by
:mod:`~monitor.pipeline.explain.unseen`. Nothing here is logged: the question may name what is confidential.
"""

from monitor.pipeline.explain.explainer import Audited, Explainer
from monitor.pipeline.explain.explanation import STATES, STEPS, VERDICTS, Explanation, Step

__all__ = ["STATES", "STEPS", "VERDICTS", "Audited", "Explainer", "Explanation", "Step"]
