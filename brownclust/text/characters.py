"""Bytes and characters that mean the same wherever text is read."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
ENCODING_ERRORS = ("strict", "surrogateescape", "replace", "ignore")
WHITE_SPACE = (b" ", b"\n", b"\t", b"\r", b"\v", b"\f")
"""What separates tokens: ASCII white space, nothing else."""

SPACES = r" \n\t\r\v\f"
"""The same for regular expressions, to stand in brackets."""


def encode_word(word: str) -> bytes:
    """Return the bytes of a word, escaped surrogates turned back into bytes."""
    return word.encode("utf-8", "surrogateescape")


def decode_word(word: bytes) -> str:
    """Return a word as text; bytes that are not UTF-8 become escaped surrogates."""
    return word.decode("utf-8", "surrogateescape")
