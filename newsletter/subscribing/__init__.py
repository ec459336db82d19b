"""Write side of the readers: who receives which letter, and on what evidence.

`joining`    add one, with proof; the way back for who left by mistake
`importing`  many at once from a table, line by line, never one who left
`leaving`    one click leaves one letter; erasure leaves only a digest
`exporting`  the readers as a table

Every change is a ConsentEvent: append-only, by digest, so that it outlives an erasure.
"""

from __future__ import annotations

from newsletter.subscribing.exporting import export_csv as export_csv
from newsletter.subscribing.importing import ImportReport as ImportReport
from newsletter.subscribing.importing import import_csv as import_csv
from newsletter.subscribing.joining import add as add
from newsletter.subscribing.joining import come_back as come_back
from newsletter.subscribing.leaving import erase as erase
from newsletter.subscribing.leaving import unsubscribe as unsubscribe
from newsletter.subscribing.leaving import unsubscribe_many as unsubscribe_many
