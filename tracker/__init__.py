"""The domain: cases, procedure, histories. It knows no web; `blueprints` is built upon it."""
