"""Each verb, group by group."""
