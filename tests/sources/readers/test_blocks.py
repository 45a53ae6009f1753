from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from quietude.sources.readers.blocks import Dialect, cut_records, examine, first_record_end, last_record_end

QUOTE = ord('"')
TEXT = st.text(st.sampled_from('a,"\n'), max_size=60).map(lambda text: text.encode())


def test_a_record_ends_outside_quotes() -> None:
    data = b'a,"b\nc"\nd,"e\n'
    assert (first_record_end(data, QUOTE), last_record_end(data, QUOTE)) == (8, 8)
    assert (first_record_end(data, None), last_record_end(data, None)) == (5, 13)


@settings(max_examples=50, deadline=None)
@given(text=TEXT, size=st.integers(1, 20))
def test_cutting_loses_no_line_wherever_the_pieces_end(text: bytes, size: int) -> None:
    pieces = iter([text[at : at + size] for at in range(0, len(text), size)])
    cuts = list(cut_records(pieces, QUOTE, 30))
    ended = text if text.endswith(b"\n") or not text else text + b"\n"
    assert sum(cut.line_ends for cut in cuts) == ended.count(b"\n")
    assert len(b"".join(cut.data for cut in cuts)) <= len(ended)


@settings(max_examples=50, deadline=None)
@given(text=TEXT)
def test_lines_that_are_not_blank_are_kept_or_told(text: bytes) -> None:
    dialect = Dialect(ord(","), QUOTE, 2, 1000)
    line = 1
    for cut in cut_records(iter([text]), QUOTE, 1000):
        if cut.problem is None:
            block = examine(cut.data, line, dialect, is_odd=cut.is_odd)
            told = block.data.count(b"\n") + sum(problem.raw.count("\n") + 1 for problem in block.problems)
            blank = sum(not part.strip() for part in cut.data.split(b"\n")[:-1])
            assert told + blank >= cut.line_ends
        line += cut.line_ends
