"""Write side of reading: what is due → items.

    release what dead processes had claimed
    due sources, in lanes by host
      | claim          one conditional update: of two processes, one gets it     (claiming)
      |                a host: one request at a time, ≥ 2 s apart, never held    (courtesy)
      | fetch → parse  in a pool of threads; no database there                   (asking)
      | known → decide → ONE transaction per source, in the calling thread       (storing)
      |                Attempt + Source always; items, suggestions; the claim given back
    → Report                                                                     (report)

Only asking is parallel: SQLite has one writer, and a source is small. One bad source is a line
of the report. Killed at any point, a run loses nothing: what was not stored is due again.
"""

from __future__ import annotations

from veille.collecting.report import Report as Report
from veille.collecting.run import collect_due as collect_due
