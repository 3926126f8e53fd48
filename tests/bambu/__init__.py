"""The printer on the LAN."""
