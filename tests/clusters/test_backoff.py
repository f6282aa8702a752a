import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownclust.clusters.backoff import BackOff
from brownclust.text.normalise import STEPS


@pytest.mark.parametrize(
    ("step", "word", "form"),
    [
        ("lowercase", "ÄRGER", "ärger"),
        ("digits", "1984-07", "0000-00"),
        ("digits", "٣km²", "0km²"),
        ("nfc", "e\u0301", "é"),
        ("urls", "http://t.co/x?y=1", "<url>"),
        ("urls", "www.python.org", "<url>"),
        ("urls", "see:http", "see:http"),
        ("users", "@guido_v", "<user>"),
        ("users", "a@b", "a@b"),
        ("users=<@MENTION>", "@guido", "<@MENTION>"),
        (r"urls=\1", "https://x.org", r"\1"),
    ],
)
def test_step(step, word, form):
    assert BackOff([step]).forms(word) == [("exact", word), (step, form)]


def test_each_step_changes_the_result_of_the_one_before():
    forms = BackOff(["lowercase", "digits", "users"]).forms("May84")
    assert [form for _, form in forms] == ["May84", "may84", "may00", "may00"]


@given(st.lists(st.text(st.characters(exclude_characters="\n")), min_size=1))
def test_words_are_changed_independently(words):
    chain = BackOff(STEPS)
    for step in STEPS:
        together = chain.change(step, "\n".join(words)).split("\n")
        assert together == [chain.change(step, word) for word in words]


@pytest.mark.parametrize(
    ("steps", "error"),
    [
        (["upper"], "backoff must be one of lowercase, digits, nfc, urls, users, got"),
        (["lowercase=x"], "backoff must be a step, or urls=WORD or users=WORD, got"),
        (["urls="], "backoff must be a step, or urls=WORD or users=WORD, got 'urls='"),
    ],
)
def test_unknown_steps(steps, error):
    with pytest.raises(ValueError, match=f"^{error}"):
        BackOff(steps)


def test_steps_in_one_string():
    with pytest.raises(TypeError, match=r"^backoff must be a sequence of steps, got"):
        BackOff("lowercase")
