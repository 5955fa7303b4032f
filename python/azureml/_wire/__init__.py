"""Requests to a Homeport server and their replies. Nothing here knows the SDK's public classes."""
