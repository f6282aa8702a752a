import numpy as np

from brownclust._validation import must_be


def test_a_message_is_one_line():
    message = must_be("labels", "short", np.arange(50))
    assert message.startswith("labels must be short, got array([ 0,  1,  2, ")
    assert "\n" not in message
    assert must_be("word", "plain", "a\nb") == r"word must be plain, got 'a\nb'"


def test_a_long_value_is_truncated():
    message = must_be("word", "short", "x" * 1000)
    assert message.endswith("xxx…")
    assert len(message) < 250
