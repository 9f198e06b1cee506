"""What happened, kept: store, spool, ledger with reservations, audit chain, reports."""
