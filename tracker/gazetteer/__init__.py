"""Which area a text means: one for certain, some that may be meant, or none. It never guesses.

`generic` knows the words that only say what kind of place a name is, `phrases` reads a text, `matching` finds what it
names and says what certain means, `likeness` finds what is written or sounds alike. All of them are pure. `stored`
reads the areas of a database.
"""
