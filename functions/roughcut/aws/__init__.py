"""Adapters of the ports: the only importers of boto3. SDK errors stop here."""
