"""Bytes and characters that mean the same wherever text is read."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
ENCODING_ERRORS = ("strict", "surrogateescape", "replace", "ignore")
WHITE_SPACE = (b" ", b"\n", b"\t", b"\r", b"\v", b"\f")
"""What separates tokens: ASCII white space, nothing else."""

SPACES = r" \n\t\r\v\f"
"""The same for regular expressions, to stand in brackets."""
