"""What must survive: every printer's line and its history, one transaction a step."""
