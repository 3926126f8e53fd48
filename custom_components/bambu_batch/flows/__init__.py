"""Forms: an address, the options, a spool."""
