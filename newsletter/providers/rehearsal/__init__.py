"""Loopback servers that behave like hosted providers: to rehearse a send, and for the tests.

`kit` holds what they share (HTTP, faults); one module per provider holds its state machine.
Nothing here ever sends mail.
"""
