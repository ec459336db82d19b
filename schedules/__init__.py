"""When things run: the job table, the French calendar, the run ledger, the engines.

`veille` and `newsletter` own what is done and expose plain functions; nobody imports `schedules`.
"""

from __future__ import annotations
