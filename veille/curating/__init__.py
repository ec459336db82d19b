"""Write side of triage: what a person decides about an item. Never a request, never a page.

Each gesture is one transaction: the item changes, a `Decision` keeps what was before and after (so
that it can be undone exactly), the audit trail gets its line.

`gestures`   keep, drop, reopen, several at once
`tags`       themes and territories, from the controlled lists; suggestions accepted or refused
`notes`      own summary, note, quotation, type, deadline
`undoing`    puts back what a decision replaced, unless somebody changed it since
`by_hand`    an item added from its address
"""

from __future__ import annotations

from veille.curating.by_hand import add_url as add_url
from veille.curating.gestures import VERBS as VERBS
from veille.curating.gestures import bulk as bulk
from veille.curating.gestures import drop as drop
from veille.curating.gestures import keep as keep
from veille.curating.gestures import reopen as reopen
from veille.curating.notes import annotate as annotate
from veille.curating.tags import find as find
from veille.curating.tags import refuse as refuse
from veille.curating.tags import tag as tag
from veille.curating.tags import untag as untag
from veille.curating.undoing import undo as undo
from veille.curating.undoing import undo_all as undo_all
