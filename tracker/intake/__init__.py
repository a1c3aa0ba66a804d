"""What comes from outside: records of another system, taken in whole, through a mapping file that a person wrote.

Nothing here knows a word of any source. `mapping` says what a mapping is, `mapping_reader` reads one and refuses what
could not work, `tables` and `staging` read the files, `planning` turns the rows of one case into what the database
keeps, `loading` writes it, batch by batch, and `report` says what became of every row.
"""
