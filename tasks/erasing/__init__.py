"""Deleting an account, and deleting a team."""
