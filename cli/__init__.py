"""The ``brownclust`` command: one file a subcommand."""
