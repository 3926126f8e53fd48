"""Tests of repairs: issues, and the steps that end them."""
