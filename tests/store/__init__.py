"""The production line: pure, so every order of events can be tried."""
