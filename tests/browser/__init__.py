"""What a person sees and does, in a real browser.

Run without the plugin that gives each test a Home Assistant of its own:
`python -m pytest -p no:homeassistant tests/browser`
"""
