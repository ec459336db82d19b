"""Write side of an issue: the letters there are, drafts, edits, and the letter they make.

`series`    the shipped letters and their sections; what staff configure
`period`    the days a letter covers
`choosing`  kept items → sections, each choice and each refusal with its reason
`wording`   subject and preheader from the leads
`proposing` the draft, made or brought up to date without touching what a person did
`lock`      who may edit when: optimistic lock, and what an edit voids
`editing`   fields and entries, one gesture a function
`content`   an issue → frozen plain data → letter → findings
"""

from __future__ import annotations

from newsletter.composing.content import content as content
from newsletter.composing.content import examine as examine
from newsletter.composing.content import findings as findings
from newsletter.composing.content import freeze as freeze
from newsletter.composing.content import letter as letter
from newsletter.composing.editing import add_free as add_free
from newsletter.composing.editing import add_item as add_item
from newsletter.composing.editing import edit_entry as edit_entry
from newsletter.composing.editing import edit_issue as edit_issue
from newsletter.composing.editing import move as move
from newsletter.composing.editing import place as place
from newsletter.composing.editing import remove as remove
from newsletter.composing.editing import reorder as reorder
from newsletter.composing.editing import restore as restore
from newsletter.composing.period import parse_period as parse_period
from newsletter.composing.proposing import propose as propose
from newsletter.composing.series import configure as configure
from newsletter.composing.series import ensure_series as ensure_series
