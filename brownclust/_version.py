"""The version, said once: packaging and the run record read it here."""

__version__ = "0.1.0"
