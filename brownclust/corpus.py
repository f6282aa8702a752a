"""Read texts: files, directories, standard input, compressed or not, in blocks."""

import bz2
import errno
import gzip
import hashlib
import lzma
import os
import re
import stat
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import check_choice, check_integer, must_be

Progress = Callable[[str, int, int | None], None]
"""Called as ``progress(stage, done, total)``; ``total`` is None while unknown."""

PathLike = str | os.PathLike[str]

STANDARD_INPUT = "-"
BLOCK_SIZE = 1 << 18
ENCODING_ERRORS = ("strict", "surrogateescape", "replace", "ignore")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
WHITE_SPACE = (b" ", b"\n", b"\t", b"\r", b"\v", b"\f")
"""What separates tokens: ASCII white space, nothing else."""

_SPACE = re.compile("[ \n\t\r\v\f]")
_OPENERS: dict[str, Callable[[str, str], object]] = {
    ".gz": gzip.open,
    ".xz": lzma.open,
    ".bz2": bz2.open,
}


class Normaliser:
    """What is done to every stretch of text before it is counted.

    Parameters
    ----------
    lowercase : bool
        Apply Unicode lower case (``str.lower``).
    encoding_errors : {"strict", "surrogateescape", "replace", "ignore"}
        What to do with bytes that are no UTF-8: raise, keep them as they are, put
        U+FFFD in their place, or drop them.
    """

    def __init__(self, *, lowercase: bool, encoding_errors: str) -> None:
        self.lowercase = lowercase
        self.encoding_errors = check_choice(
            "encoding_errors", encoding_errors, ENCODING_ERRORS
        )

    def __call__(self, text: bytearray) -> bytearray:
        """Return the normalised text.

        The text must begin and end at white space, which no character and no rule of
        lower case reaches across.

        Raises
        ------
        UnicodeDecodeError
            At the first byte that is no UTF-8, with ``encoding_errors="strict"``.
        """
        if text.isascii():
            return text.lower() if self.lowercase else text
        keeps_bytes = not self.lowercase
        if keeps_bytes and self.encoding_errors == "surrogateescape":
            return text
        decoded = text.decode("utf-8", self.encoding_errors)
        if keeps_bytes and self.encoding_errors == "strict":
            return text
        if self.lowercase:
            decoded = decoded.lower()
        return bytearray(decoded, "utf-8", "surrogateescape")


class TextBlocks:
    """The text of some files as blocks of bytes that end at white space.

    Iterate once. A file's end is a line end. Memory follows the block size and the
    longest token, never the file or its lines.

    Parameters
    ----------
    paths : path or iterable of paths
        Files (decompressed when named ``.gz``, ``.xz`` or ``.bz2``), directories (the
        files directly in them, sorted by name, hidden ones left out) and ``-``,
        standard input.
    normaliser : Normaliser
        Applied to every block.
    block_size : int
        Bytes read at a time.
    progress : callable, optional
        Called with "count", the bytes read and the bytes there are, which is None with
        compressed files and standard input.

    Attributes
    ----------
    files : list of str
        The files to read.
    n_bytes : int
        Bytes of (decompressed) text read.

    Raises
    ------
    FileNotFoundError
        If one of the paths does not exist: at once, not when its turn comes.
    ValueError
        While reading: for bytes that are no UTF-8 (``path:line:``) and for damaged
        compressed files.
    """

    def __init__(
        self,
        paths: PathLike | Iterable[PathLike],
        *,
        normaliser: Normaliser,
        block_size: int = BLOCK_SIZE,
        progress: Progress | None = None,
    ) -> None:
        self.files = expand_paths(paths)
        self.n_bytes = 0
        self._normalise = normaliser
        self._block_size = check_integer("block_size", block_size, minimum=1)
        self._progress = progress
        self._total = _total_size(self.files)
        self._hash = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Hash of the text read so far, as of ``cat files | sha256sum``."""
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        """Read the files, a block at a time."""
        self._report()
        for file in self.files:
            yield from self._read_file(file)

    def _read_file(self, path: str) -> Iterator[NDArray[np.uint8]]:
        name = "<stdin>" if path == STANDARD_INPUT else path
        n_lines = 0
        with open_binary(path) as file:
            is_start = True
            for text in cut_after(WHITE_SPACE, self._read(file, name)):
                if is_start and text.startswith(BYTE_ORDER_MARK):
                    del text[: len(BYTE_ORDER_MARK)]
                is_start = False
                try:
                    block = self._normalise(text)
                except UnicodeDecodeError as error:
                    line = 1 + n_lines + text.count(b"\n", 0, error.start)
                    raise ValueError(
                        f"{name}:{line}: expected UTF-8, got byte "
                        f"0x{text[error.start]:02x}; convert the file, or keep, "
                        "replace or drop such bytes: --encoding-errors "
                        "(encoding_errors=) surrogateescape, replace or ignore"
                    ) from None
                n_lines += text.count(b"\n")
                yield np.frombuffer(block, np.uint8)
                self._report()

    def _read(self, file: BinaryIO, name: str) -> Iterator[bytes]:
        while True:
            try:
                data = file.read(self._block_size)
            except (EOFError, OSError, lzma.LZMAError, zlib.error) as error:
                if isinstance(error, OSError) and error.errno is not None:
                    raise  # the system's, not the decompressor's
                raise ValueError(
                    f"{name}: expected a whole compressed file, got one that is "
                    f"damaged or cut short ({error})"
                ) from None
            if not data:
                return
            self._hash.update(data)
            self.n_bytes += len(data)
            yield data

    def _report(self) -> None:
        if self._progress is not None:
            self._progress("count", self.n_bytes, self._total)


class SentenceBlocks:
    """Sentences from Python as blocks of text, one sentence a line.

    Iterate once.

    Parameters
    ----------
    sentences : iterable of lists of str
        Their tokens.
    normaliser : Normaliser
        Applied to every block.
    block_size : int
        Characters from which on a block is full.
    progress : callable, optional
        Called with "count", the bytes so far and None.

    Attributes
    ----------
    n_bytes : int
        Bytes of text so far, a space or newline after every token.

    Raises
    ------
    TypeError
        While reading: for a sentence that is no list of tokens, for a token that is no
        string.
    ValueError
        While reading: for a token that is empty or has ASCII white space in it, and for
        one that is not valid Unicode, with ``encoding_errors="strict"``.
    """

    def __init__(
        self,
        sentences: Iterable[Iterable[str]],
        *,
        normaliser: Normaliser,
        block_size: int = BLOCK_SIZE,
        progress: Progress | None = None,
    ) -> None:
        if isinstance(sentences, str | bytes) or not isinstance(sentences, Iterable):
            raise TypeError(
                must_be("sentences", "an iterable of lists of tokens", sentences)
            )
        self.n_bytes = 0
        self._sentences = sentences
        self._normalise = normaliser
        self._block_size = check_integer("block_size", block_size, minimum=1)
        self._progress = progress
        self._hash = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Hash of the text so far: that of a file with one sentence a line."""
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        """Read the sentences, a block at a time."""
        lines: list[str] = []
        n_characters = 0
        for sentence in self._sentences:
            lines.append(_line_of(sentence))
            n_characters += len(lines[-1])
            if n_characters >= self._block_size:
                yield self._block(lines)
                lines.clear()
                n_characters = 0
        if lines:
            yield self._block(lines)

    def _block(self, lines: list[str]) -> NDArray[np.uint8]:
        is_strict = self._normalise.encoding_errors == "strict"
        text = "".join(lines)
        try:
            data = bytearray(
                text, "utf-8", "strict" if is_strict else "surrogateescape"
            )
        except UnicodeEncodeError as error:
            raise ValueError(
                must_be("token", "free of lone surrogates", text[error.start])
            ) from None
        self._hash.update(data)
        self.n_bytes += len(data)
        if self._progress is not None:
            self._progress("count", self.n_bytes, None)
        return np.frombuffer(self._normalise(data), np.uint8)


def _line_of(sentence: Iterable[str]) -> str:
    if isinstance(sentence, str | bytes) or not isinstance(sentence, Iterable):
        raise TypeError(must_be("sentence", "a list of tokens", sentence))
    tokens: list[Any] = list(sentence)
    try:
        line = " ".join(tokens) + "\n"
    except TypeError:
        other = next(token for token in tokens if not isinstance(token, str))
        raise TypeError(must_be("token", "a string", other)) from None
    # One pass in C each: white space other than ours, or no token to separate.
    if not all(tokens) or _SPACE.search("".join(tokens)):
        wrong = next(token for token in tokens if not token or _SPACE.search(token))
        raise ValueError(must_be("token", "non-empty and free of white space", wrong))
    return line


def expand_paths(paths: PathLike | Iterable[PathLike]) -> list[str]:
    """Return the files that ``paths`` stand for, directories replaced by their files.

    Raises
    ------
    FileNotFoundError
        If a path does not exist.
    TypeError
        If a path is neither a string nor path-like.
    ValueError
        If there is no path, or a directory has no files.
    """
    if isinstance(paths, str | os.PathLike):
        paths = [paths]
    if not isinstance(paths, Iterable):
        raise TypeError(must_be("paths", "a path or several", paths))
    files: list[str] = []
    for path in paths:
        if not isinstance(path, str | os.PathLike):
            raise TypeError(must_be("path", "a string or path-like", path))
        if path == STANDARD_INPUT:
            files.append(STANDARD_INPUT)
        elif stat.S_ISDIR(os.stat(path).st_mode):  # noqa: PTH116 - raises if missing
            inside = sorted(
                str(file)
                for file in Path(path).iterdir()
                if file.is_file() and not file.name.startswith(".")
            )
            if not inside:
                raise ValueError(
                    must_be("directory", "one with files of text in it", str(path))
                )
            files += inside
        else:
            files.append(os.fspath(path))
    if not files:
        raise ValueError(must_be("paths", "at least one path", []))
    return files


def open_binary(path: str) -> AbstractContextManager[BinaryIO]:
    """Open a file, or standard input for ``-``, decompressing by its suffix."""
    if path == STANDARD_INPUT:
        if sys.stdin is None:
            raise OSError(errno.EBADF, "standard input is closed")
        return nullcontext(sys.stdin.buffer)
    opener = _OPENERS.get(Path(path).suffix.lower())
    return cast(
        BinaryIO, Path(path).open("rb") if opener is None else opener(path, "rb")
    )


def cut_after(
    separators: tuple[bytes, ...], pieces: Iterable[bytes]
) -> Iterator[bytearray]:
    """Cut a text anew: each piece ends in a separator, the last in a newline.

    What stands after the last separator is carried over to the next piece.
    """
    text = bytearray()
    for piece in pieces:
        end = 1 + max(piece.rfind(separator) for separator in separators)
        text += piece[:end]
        if end:
            yield text
            text = bytearray()
        text += piece[end:]
    text += b"\n"
    yield text


def read_whole_lines(
    path: PathLike, *, normaliser: Normaliser, progress: Progress | None = None
) -> Iterator[bytearray]:
    """Read one text in blocks of whole lines, the last followed by an empty line.

    Raises
    ------
    IsADirectoryError
        If it is a folder, whose files would have to be told apart.
    """
    if Path(path).is_dir():
        reason = "is a folder, not a file"
        raise IsADirectoryError(errno.EISDIR, reason, os.fspath(path))
    blocks = TextBlocks(path, normaliser=normaliser, progress=progress)
    return cut_after((b"\n",), (block.tobytes() for block in blocks))


def _total_size(files: list[str]) -> int | None:
    """Bytes of text in the files, or None if that takes reading them."""
    total = 0
    for file in files:
        if file == STANDARD_INPUT or Path(file).suffix.lower() in _OPENERS:
            return None
        status = Path(file).stat()
        if not stat.S_ISREG(status.st_mode):
            return None
        total += status.st_size
    return total
