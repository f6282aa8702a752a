import warnings

from commands import TEXT, succeed

from brownclust import BigramCounts

MESSAGE = "/cache: compiled code cannot be kept (No space left on device)"


def test_of_the_installation_in_one_line(tmp_path, monkeypatch):
    """As `checked_cache` and `mode` warn."""
    from_text = BigramCounts.from_text

    def warn(*arguments, **options):
        warnings.warn_explicit(MESSAGE, RuntimeWarning, "brownclust", 0)
        return from_text(*arguments, **options)

    monkeypatch.setattr(BigramCounts, "from_text", warn)
    (tmp_path / "text").write_text(TEXT)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        count = ("count", tmp_path / "text", "-o", tmp_path / "counts")
        first, *_ = succeed(*count).stderr.splitlines()
        assert first == f"Warning: {MESSAGE}"
        assert succeed(*count, "--force", "--quiet").stderr == ""
