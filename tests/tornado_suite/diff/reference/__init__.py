"""Tornado's side of the differential tester: the application of `contract.md`."""
