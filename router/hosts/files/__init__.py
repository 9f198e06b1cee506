"""Which files each host reads, and what stands in them for us; one file per host."""
