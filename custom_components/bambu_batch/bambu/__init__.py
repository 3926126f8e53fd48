"""The printer on the LAN. Knows nothing of Home Assistant or of queues."""
