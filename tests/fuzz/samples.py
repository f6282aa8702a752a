"""Whole text files of every kind that the package reads, as small as they can be."""

TEXT = (
    b"the cat sat on the mat\nthe dog sat on the rug\n\na cat ran\n",
    "Jürgen ging nach Köln .\nÉcole d'été\n東京 で 会う\n".encode(),
    b"a\n",
    b"\xef\xbb\xbfone two\r\nthree\r\n",
    b"word/TAG another/TAG ./.\n",
    b"no newline at the end",
)
TAGGED = (
    b"the\tD\ndog\tN\nbarks\tV\n\na\tD\ncat\tN\n",
    b"Ann NNP B-PER\nLee NNP I-PER\nsaw VBD O\n\nNew NNP B-LOC\nYork NNP I-LOC\n",
    # CoNLL-2003, with document lines
    (
        b"-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n\n"
        b"Peter NNP B-NP B-PER\nBlackburn NNP I-NP I-PER\n"
    ),
    # GermEval 2014: number, token, outer and inner tags, below a comment
    (
        b"#\thttp://example.org\t[2009-10-17]\n1\tAufgrund\tO\tO\n2\tKoeln\tB-LOC\tO\n\n"
        b"#\thttp://example.org/2\t[2009-11-17]\n1\tEr\tO\tO\n2\tBayern\tB-ORG\tB-LOC\n"
    ),
    b"a\tS-X\nb\tB-X\nc\tI-X\nd\tE-X\ne\tO\n\nf\tU-Y\ng\tL-X\n",
    b"word\ttag\n\nwx\tB\nwy\tI\nwz\tO\n",
)
CONLLU = (
    (
        b"# sent_id = 1\n# text = Vamos al mar\n1-2\tVamonos\t_\t_\t_\t_\t_\t_\t_\t_\n"
        b"1\tVamos\tir\tVERB\tVB\t_\t0\troot\t_\t_\n2\tnos\tnos\tPRON\tPR\t_\t1\tobj\t_\t_\n"
        b"2.1\tve\tir\tVERB\tVB\t_\t_\t_\t_\t_\n\n"
        b"1\txe m\xc3\xa1y\txe\tNOUN\tN\t_\t0\troot\t_\tSpaceAfter=No\n\n"
    ),
    b"# global.columns = ID FORM UPOS MISC\n1\tone\tNUM\t_\n2\ttwo\tNUM\t_\n\n",
    # CoNLL-X and CoNLL 2009
    b"1\tDogs\tdog\tN\tNNS\tnum=pl\t2\tSBJ\t_\t_\n2\tbark\tbark\tV\tVBP\t_\t0\tROOT\t_\t_\n",
    (
        b"1\tThe\tthe\tthe\tDT\tDT\t_\t_\t2\t2\tNMOD\tNMOD\t_\t_\n"
        b"2\tdog\tdog\tdog\tNN\tNN\t_\t_\t0\t0\tROOT\tROOT\t_\t_\n\n"
    ),
    b"1\tbare\t_\tX\t_\t_\t_\t_\t_\t_\n",
)
JSON_LINES = (
    b'{"text": "the cat sat"}\n{"text": ["the", "dog"], "id": 7}\n\n{"text": ""}\n',
    b'{"id": 1, "text": "caf\\u00e9 \\ud83d\\ude00\\nsecond line"}\n',
    b'{"text": "\\udcff"}\n{"text": "a\\tb"}\r\n',
)
PAIRS = (
    b"the\tcat\t3\ncat\tsat\t1\nthe\tdog\t1\n",
    b"a\tb\t1000000000000\n\nb\ta\t2\na\ta\t1\n",
)
WORD_LISTS = (
    b"the\ncat\nsat\n",
    b"\xef\xbb\xbfthe\r\ncat\r\n",
    b"the 12\ncat 3\n",
    b"# a comment\nthe\n\n  cat\n",
)
CLUSTERS = (
    b"00\tthe\t5\n010\tcat\t2\n010\tdog\t1\n011\tmat\t1\n1\tsat\t9\n",
    b"the\t00\ncat\t010\ndog\t010\nmat\t011\nsat\t1\n",
    b"the\t5\ncat\t17\ndog\t300\n",
    b"the\t0\ncat\t1\ndog\t2\n",
    b"the\t5\t0.25\ncat\t17\t0.125\ndog\t17\t0.5\n",
    b"the 5 0.25\ncat 17 0.125\ndog 17 0.5\n",
    b"CLASS-00001 0.75 the\nCLASS-00001 0.25 a\nCLASS-00002 1 cat\n",
    b"CLASS-00001\t0.75\tthe\nCLASS-00002\t1\tcat\n",
    b"the 1\ncat 2\ndog 2\n",
    b"3 2\nthe -1 -1\ncat -1 1\ndog 1 1\n",
    b'{"word": "the", "bit_string": "0", "count": 3}\n{"word": "a", "bit_string": "1"}',
    b"00 the 5\n01 cat 2\n1 sat 9\n",
    b"0\tthe\n10\tcat\n11\tdog\n",
    b'word,bit_string,count\nthe,00,5\n"a,b",01,2\n"say ""hi""",1,9\n',
    b"word,cluster\nthe,17\ncat,5\n",
    b'{\n"the": "00",\n"cat": "01",\n"sat": "1"\n}\n',
    b'{"the": 5, "cat": 17, "dog": 17}',
    b"the a an\ncat dog\n\nsat\n",
)
COUNTS_TEXT = (
    (
        b'# brownclust counts {"format_version": 1, "boundary": "break", '
        b'"n_tokens": 5, "n_bigrams": 4, "n_lines": 1, "normalise": [], '
        b'"skip_grams": 1, '
        b'"from_pairs": false}\na\t2\nb\t2\nc\t1\n\na\tb\t2\nb\ta\t1\nb\tc\t1\n'
    ),
    (
        b'# brownclust counts {"format_version": 1, "boundary": "mark", "n_tokens": 3, '
        b'"n_bigrams": 4, "n_lines": 1, "normalise": [], "skip_grams": 1, '
        b'"from_pairs": false}\na\t2\t1\t1\nb\t1\t0\t0\n\na\tb\t1\nb\ta\t1\n'
    ),
)
TEMPLATES = (
    b"word[0]\nlower[-2..2]\nsuffix:1..4[0]  # four\ncluster:4,6[-1..1]\n",
    b"lower[-1] & lower[0]  min=2\npos[-1] & pos[0]\n\n# a comment\nhas_digit[0]\n",
)
ALL = (
    *(TEXT + TAGGED + CONLLU + JSON_LINES),
    *(PAIRS + WORD_LISTS + CLUSTERS + TEMPLATES),
)
