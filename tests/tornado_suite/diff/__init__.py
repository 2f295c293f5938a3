"""The differential tester: the same raw requests to Tornado and to a server.

Both serve the routes of `contract.md`. Each case is one connection: its bytes
are sent as they are, the replies are read by HTTP/1 framing, what depends on
the clock or on chance is masked, and the rest must be equal, but for what
`deviations.toml` explains. `python -m tornado_suite.diff --help` says how to
run it.
"""
