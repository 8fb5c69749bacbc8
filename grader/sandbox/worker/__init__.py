"""The untrusted side: runs a program and answers requests.

It imports the standard library and `grader.sandbox.wire`, and nobody imports it.
"""
