"""The C2SP formats of an append-only log, pure: values in, values out; no database, no clock, no web.

Floors in here: `refusals`, `encoding` < `tree`, `canonical`, `notes`, `cosignatures` < `proofs`, `disclosures`, `keys`
< `tiles`, `leaf`, `checkpoints`, `policy` < `receipts`, `witness`; and on these the verification: `readers`, `report`
< `rebuild`, `chains`, `sightings` < `past`, `shown` < `content`, `legality` < `verify` < `histories`.
"""
