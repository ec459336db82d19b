"""Nothing that feedparser alone finds in the real feeds is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import feeds


@pytest.mark.corpus
@pytest.mark.slow
def test_nothing_is_lost_on_the_real_feeds(corpus: Path) -> None:
    lines = feeds.collect(sorted(corpus.iterdir()))
    assert len(lines) == 50
    assert [
        (line.name, line.words, dict(line.lost)) for line in lines if line.lost or line.words
    ] == []


def test_a_missing_corpus_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert feeds.main([str(tmp_path)]) == 2
    assert "No feed in" in capsys.readouterr().out
