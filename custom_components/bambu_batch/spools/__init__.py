"""The entities of spools."""
