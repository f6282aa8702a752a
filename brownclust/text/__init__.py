"""Text of any kind as blocks of bytes: the first stage of the data flow.

`brownclust.counting` takes the blocks; the tagger and the clusters read columns here.
Each module imports only modules before it:

- ``characters``: whitespace, byte order marks
- ``blocks``: splitting and joining streams
- ``column_layout``, ``column_format``: columns of a file, and the options of reading it
- ``column_shapes``, ``column_rows``: formats recognised by the first sentence; lines as
  rows of fields
- ``other_files``: what is not a file of columns
- ``sentence_lines``, ``word_column``, ``conll``: files with a token a line, read and
  written
- ``normalise``: lower case, digits and other changes to words
- ``tokens``: lists of tokens as lines
- ``file_kinds``, ``encodings``: other encodings to UTF-8; files that are not text
- ``id_blocks``, ``id_files``, ``id_arrays``, ``id_corpus``: corpora of integers
- ``tables``, ``table_files``: columns of text or integers in Parquet and Arrow files
- ``zstd``, ``compression``, ``files``: which files to read, and how to open them
- ``input_formats``: text inside of CoNLL files and JSON lines; a new input format
  belongs here
- ``text_format``: the options of reading
- ``text_blocks``, ``sentence_blocks``: files, and sentences from Python, as blocks
"""
