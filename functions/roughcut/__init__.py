"""Roughcut: clips and slides in, one finished film out."""

VERSION = "0.1.0"
