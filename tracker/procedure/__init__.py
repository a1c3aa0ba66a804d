"""The procedure as data: one table that offers the steps, refuses the others, and draws itself."""

from tracker.procedure.model import Clock, Opening, Procedure, Stage, Step
from tracker.procedure.reader import PACKS, SYSTEM, load, read

__all__ = ["PACKS", "SYSTEM", "Clock", "Opening", "Procedure", "Stage", "Step", "load", "read"]
