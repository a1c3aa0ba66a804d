"""De-identified histories for process mining: how they are made alike, and the files that they are written to.

Pure: no database, no clock, no chance of its own. XES is IEEE 1849 (xes-standard.org), OCEL 2.0 ocel-standard.org.
"""
