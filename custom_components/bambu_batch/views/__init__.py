"""What is shown of a printer and its queue, as plain data."""
