"""The line at work, below the coordinator."""
