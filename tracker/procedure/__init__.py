"""The procedure as data: one table that offers the steps, refuses the others, and draws itself."""

from tracker.procedure.counting import Counting
from tracker.procedure.model import Clock, Opening, Procedure, Stage, Step
from tracker.procedure.reader import PACKS, SYSTEM, load, read

__all__ = ["PACKS", "SYSTEM", "Clock", "Counting", "Opening", "Procedure", "Stage", "Step", "load", "read"]
