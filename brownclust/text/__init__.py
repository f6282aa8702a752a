"""Text of any kind as blocks of bytes: files, standard input, sentences from Python.

Each module imports only modules above it: ``characters``, ``normalise``, ``conll``,
``tokens``, ``zstd`` and ``files`` (which files to read, and how each is opened),
``blocks`` (cutting and collecting), ``records`` (text inside CoNLL and JSON lines),
``text_blocks`` and ``sentence_blocks``, whose blocks are counted.
"""
