"""The ``brownclust`` command: one module per subcommand."""
