from benchmarks import looking


def test_a_line_for_each_case(capsys):
    assert looking.main(["--words", "3000"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert all(line.endswith(" s") for line in lines)
