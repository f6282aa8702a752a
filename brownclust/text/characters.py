"""Bytes and characters with a fixed meaning in all text; every module may use them."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""That of UTF-8; dropped at the start of a file."""

ENCODING_ERRORS = ("strict", "surrogateescape", "replace", "ignore")
"""What can be done with bytes that are not UTF-8; Python's names."""

WHITESPACE = (b" ", b"\n", b"\t", b"\r", b"\v", b"\f")
"""What separates tokens: ASCII whitespace, nothing else."""

WHITESPACE_CHARACTERS = r" \n\t\r\v\f"
"""The same for regular expressions, to be put in brackets."""


def encode_word(word: str) -> bytes:
    """Return the bytes of a word; escaped surrogates become the bytes they stand for.

    Raises
    ------
    UnicodeEncodeError
        If there are other surrogates.
    """
    return word.encode("utf-8", "surrogateescape")


def decode_word(word: bytes) -> str:
    """Return a word as a string; bytes that are not UTF-8 become escaped surrogates."""
    return word.decode("utf-8", "surrogateescape")
