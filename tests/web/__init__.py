"""Tests of this room: what browsers ask for: addresses and the WebSocket."""
