"""The C2SP formats of an append-only log, pure: values in, values out; no database, no clock, no web.

Floors in here: `refusals`, `encoding` < `tree`, `canonical`, `notes`, `disclosures` < `proofs`, `tiles`, `leaf`,
`keys` < `checkpoints`, `policy` < `receipts`, `witness` < `verify`.
"""
