"""The wall between the process that decides and the process that runs student code.

Theory of operation. The checker (trusted) asks for a worker (untrusted): a process of
its own that is given one program and then one request at a time. They share a socket,
on which only frames of plain values travel (`wire.py`), and a pipe, from which the
checker reads what the program prints, up to a cap. A worker never holds the solution,
a check, an expected value or another submission. Whatever a worker sends that is not
the reply asked for ends the worker and nothing else (`client.py`).
"""
