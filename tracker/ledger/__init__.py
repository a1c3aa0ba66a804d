"""The verifiable log in the database: what `tracker.log` says of formats, kept, read and signed here.

`append` (the last thing a transaction does), `store` (the log's files, out of the tables), `signing` (checkpoints, and
when they are refused), `bringing_in` (entries from before the log).
"""
