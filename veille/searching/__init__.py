"""Read side: every query a page of the watch needs.

`items(query, state=…)` is the one door; `language` reads what a person typed, `index` speaks to
the full-text index of SQLite (FTS5) or PostgreSQL (tsvector), `counting` counts for the pages.
"""

from __future__ import annotations

from veille.matching.folding import fold as fold
from veille.searching.counting import by_day as by_day
from veille.searching.counting import by_state as by_state
from veille.searching.counting import facets as facets
from veille.searching.highlighting import highlight as highlight
from veille.searching.highlighting import snippet as snippet
from veille.searching.language import Query as Query
from veille.searching.language import parse as parse
from veille.searching.listing import find as find
from veille.searching.listing import items as items
