"""The screens of the work."""
