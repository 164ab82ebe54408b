"""The rules of delegating. Everything here is pure: no model, no clock, no request."""
