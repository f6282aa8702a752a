"""Training text, and functions that several tests use."""

import os
import sys

import pytest
from commands import succeed

POS = """\
the\tD
dog\tN
barks\tV

a\tD
cat\tN
sleeps\tV

dogs\tN
bark\tV
"""
NER = """\
Ann NNP B-PER
Lee NNP I-PER
saw VBD O
Rome NNP B-LOC

Bob NNP B-PER
left VBD O
New NNP B-LOC
York NNP I-LOC
"""
CONLLU = """\
# sent_id = 1
# text = Vámonos al mar
1-2\tVámonos\t_\t_\t_\t_\t_\t_\t_\t_
1\tVamos\tir\tVERB\tVB\t_\t0\troot\t_\t_
2\tnos\tnosotros\tPRON\tPR\t_\t1\tobj\t_\t_
3-4\tal\t_\t_\t_\t_\t_\t_\t_\t_
3\ta\ta\tADP\tIN\t_\t5\tcase\t_\t_
4\tel\tel\tDET\tDT\t_\t5\tdet\t_\t_
5\tmar\tmar\tNOUN\tNN\t_\t1\tobl\t_\tSpaceAfter=No
5.1\tve\tir\tVERB\tVB\t_\t_\t_\t_\t_
6\t#\t#\tSYM\tSY\t_\t1\tdep\t_\t_

# sent_id = 2
1\tNueva York\tNY\tPROPN\tNNP\t_\t0\troot\t_\t_

"""
COMMAND = [sys.executable, "-m", "brownclust_cli", "tag"]
posix = pytest.mark.skipif(os.name == "nt", reason="pipes and signals of POSIX")


def write(path, text):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def make_tagger(path, text, *options):
    source = write(path.with_suffix(".txt"), text)
    succeed("tag", "train", source, "-o", path, "--epochs", 4, "-q", *options)
    return path


def with_column(text, tags, separator):
    """Return lines with a tag added to each that is not blank."""
    each = iter(tags)
    return "".join(
        line if line.isspace() else f"{line.rstrip()}{separator}{next(each)}\n"
        for line in text.splitlines(keepends=True)
    )


def gold(text):
    return [line.split()[-1] for line in text.splitlines() if line]
