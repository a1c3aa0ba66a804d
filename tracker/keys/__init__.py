"""The installation's keys and what they seal in its database.

`kept` (which there are, and that none is lost), `rotation` (one after another), `sealing` (what was there before them).
"""
