"""Tests of the house itself: its commands, its catalogue, its containers, its sizes."""
