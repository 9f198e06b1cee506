"""The audit log: a chain of hashes and macs in the store, its count outside of it, and the proof that both agree."""
