"""The C2SP formats of an append-only log, pure: values in, values out; no database, no clock, no web.

Floors in here: `refusals`, `encoding` < `tree`, `canonical`, `notes`, `cosignatures` < `proofs`, `disclosures`, `keys`
< `tiles`, `leaf`, `checkpoints`, `policy` < `receipts`, `witness` < `readers`, `report`, `rebuild`, `chains`, `shown`
< `verify`.
"""
