"""Institutional performance: pure functions of spells. No database, no clock, no web.

A *spell* is one stay of one case with one institution in one stage. Every function takes spells, or tallies of them,
and days; it gives a result that says how many it counted, whom it left out and why, and by which version of which
definition. `definitions` has the text of each; `figures` has the sheets that pages, reports and commands share.
"""
