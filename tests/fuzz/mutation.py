"""Changes to the bytes and lines of a file: common in real files, or hostile."""

HOSTILE = (
    *(
        b"\x00",
        b"\x1a",
        b"\x0b",
        b"\x0c",
        b"\x1c",
        b"\x85",
        b"\xff",
        b"\xfe\xff",
        b"\r",
    ),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xed\xa0\x80", b"\xed\xb3\xbf", b"\xc0\x80"),
    *(b"\xf4\x90\x80\x80", b"\xe2\x80\xa8", b"\xe2\x80\x8b", b"\xc2\xa0", b"\xc2\x85"),
    *(
        b"\xe3\x80\x80",
        b"\xcc\x81",
        b"e\xcc\x81",
        b"\xc4\xb0",
        b"\xc3\x9f",
        b"\xd9\xa3",
    ),
    *(
        b"\xe2\x80\xae",
        b"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
        b"\xef\xbb\xbf",
    ),
    *(
        b"",
        b" ",
        b"\t",
        b"  ",
        b"\t\t",
        b"\n",
        b"\n\n",
        b"\r\n",
        b"\r\r\n",
        b" \n",
        b"\t\n",
    ),
    *(b"_", b"-", b"--", b"O", b"B-", b"I-", b"B-X", b"I-X", b"E-X", b"S-X", b"L-X"),
    *(b"B_X", b"b-x", b"I-X-Y", b"-X", b"#", b"# ", b"# text = a", b"-DOCSTART-"),
    *(b"1-2", b"1.1", b"0.1", b"1-", b"# global.columns = ID FORM", b"# newdoc"),
    *(b"0", b"1", b"-1", b"00", b"01", b"2", b"+1", b"1.5", b"1e5", b"1_0", b"0x10"),
    *(b"NaN", b"inf", b"2147483648", b"9223372036854775807", b"9223372036854775808"),
    *(b"18446744073709551616", b"1" * 30, b"9" * 400, b"\xd9\xa1\xd9\xa2", b"\xc2\xb2"),
    *(b"null", b"true", b"[]", b"{}", b'"', b'""', b"\\", b"\\ud800", b"\\u0000", b"'"),
    *(b'{"text": "a b"}', b'{"text": ["a", 1]}', b'{"text": null}', b"[" * 50, b"{"),
    *(b'{"word": "a", "bit_string": "01", "count": 1e400}', b"1 2", b"a b\tc"),
    *(b"//", b"/", b"word/TAG", b"a|b", b",", b";", b":", b"=", b"&", b"[0]", b"<s>"),
    *(b"CLASS-00001 0.5 the", b"word[0] & lower[-1]", b"min=2", b"%s", b"{0}", b"$"),
)
"""Bytes that mean something somewhere, or that some reader takes for something else."""

ENCODINGS = (
    "latin-1",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp1252",
    "utf-8-sig",
)


def mutated(random, data, others):
    """Return data after one to four random changes; `others` are files to mix with."""
    for _ in range(1 + int(4 * random.random() ** 2)):
        data = pick(random, _CHANGES)(random, data, others)
    return data


def pick(random, choices):
    """Return one of some choices; faster than ``random.choice``."""
    return choices[int(random.random() * len(choices))]


def _place(random, data):
    return int(random.random() * (len(data) + 1))


def _flip_bits(random, data, _):
    if not data:
        return data
    changed = bytearray(data)
    for _ in range(1 + int(3 * random.random())):
        changed[int(random.random() * len(data))] ^= 1 << int(8 * random.random())
    return bytes(changed)


def _insert_hostile(random, data, _):
    at = _place(random, data)
    return data[:at] + pick(random, HOSTILE) + data[at:]


def _remove_span(random, data, _):
    start = _place(random, data)
    return data[:start] + data[start + int(10 * random.random()) :]


def _cut_off(random, data, _):
    return data[: _place(random, data)]


def _repeat_span(random, data, _):
    start = _place(random, data)
    span = data[start : start + int(20 * random.random())]
    return data[:start] + span * int(1 + 3 * random.random()) + data[start:]


def _mix(random, data, others):
    other = pick(random, others)
    return data[: _place(random, data)] + other[_place(random, other) :]


def _change_line(random, data, others):
    lines = data.split(b"\n")
    at = int(random.random() * len(lines))
    lines[at : at + 1] = pick(random, _LINE_CHANGES)(random, lines[at], others)
    return b"\n".join(lines)


def _swap_lines(random, data, _):
    lines = data.split(b"\n")
    one, other = (int(random.random() * len(lines)) for _ in range(2))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _change_line_ends(random, data, _):
    return data.replace(
        b"\n", pick(random, (b"\r\n", b"\r", b"\n\n", b" \n", b"\t\n", b""))
    )


def _change_separators(random, data, _):
    old, new = pick(
        random,
        (
            (b"\t", b" "),
            (b" ", b"\t"),
            (b"\t", b"  "),
            (b"\t", b"\t\t"),
            (b"\t", b","),
            (b" ", b"\xc2\xa0"),
            (b"\t", b" \t "),
        ),
    )
    return data.replace(old, new, pick(random, (1, 3, -1)))


def _encode(random, data, _):
    encoding = pick(random, ENCODINGS)
    return data.decode("utf-8", "replace").encode(encoding, "replace")


def _put_first(random, data, others):
    return pick(random, HOSTILE) + pick(random, (b"", b"\n")) + data


_CHANGES = (
    *(_flip_bits, _insert_hostile, _insert_hostile, _remove_span, _cut_off),
    *(_repeat_span, _mix, _change_line, _change_line, _change_line, _swap_lines),
    *(_change_line_ends, _change_separators, _encode, _put_first),
)


# --- Changes to a line; each returns lines ------------------------------------


def _drop_line(_random, _line, _others):
    return []


def _repeat_line(random, line, _):
    return [line] * int(2 + 3 * random.random())


def _blank_before(random, line, _):
    return [pick(random, (b"", b" ", b"\t", b"\r", b"\xc2\xa0")), line]


def _pad_line(random, line, _):
    space = pick(random, (b" ", b"\t", b"\r", b"  \t", b"\x00", b"\xc2\xa0"))
    return [space + line] if random.random() < 0.3 else [line + space]


def _change_field(random, line, _):
    separator = b"\t" if b"\t" in line else b" "
    fields = line.split(separator)
    at = int(random.random() * len(fields))
    fields[at : at + 1] = pick(
        random,
        ([], [pick(random, HOSTILE)], [fields[at], pick(random, HOSTILE)], [b""]),
    )
    return [separator.join(fields)]


def _hostile_line(random, line, _):
    return [line, pick(random, HOSTILE)]


def _line_of_another(random, line, others):
    return [line, pick(random, pick(random, others).split(b"\n"))]


def _lengthen(random, line, _):
    return [line + line[-1:] * pick(random, (100, 1_000, 20_000))]


_LINE_CHANGES = (
    *(_drop_line, _repeat_line, _blank_before, _pad_line, _pad_line, _change_field),
    *(_change_field, _change_field, _hostile_line, _line_of_another, _lengthen),
)
