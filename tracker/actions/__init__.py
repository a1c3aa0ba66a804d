"""Everything that writes. Every act takes a keyword-only `actor`, happens in the caller's transaction, and records
its own history entry; nothing here commits."""
