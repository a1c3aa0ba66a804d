"""`tracker log`: the verifiable log, for those who keep it and for those who check it."""
