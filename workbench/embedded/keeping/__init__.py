"""What `--data DIR` keeps: rows, messages, objects and executions of the template's resources (docs/keeping-data.md).

Every change of moto's state is noted where it happens, in order, and one thread commits what was noted; no answer
leaves the endpoint before what it tells of is committed.
"""
