"""What browsers ask for: addresses and the WebSocket."""
