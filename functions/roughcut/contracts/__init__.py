"""The JSON Schemas of every request, message, stage input and output, and the one function that checks against them."""

from roughcut.contracts.check import ContractBroken, check, schema

__all__ = ["ContractBroken", "check", "schema"]
