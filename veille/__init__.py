"""The daily watch, and the house the other packages stand in.

`reading`   bytes → entries → decisions; knows no Django and no database
`kinds`     one file per kind of source, behind the `SourceKind` protocol
`matching`  themes and territories recognised in a text; knows no Django
`models`    what is stored; `collecting`, `curating`, `sourcing`, `reference` write it,
            `searching` reads it
`staff`     accounts, roles, the audit trail
`web`       the pages of the watch; `site` the Django project; `cli` the `vigie` command
"""

from __future__ import annotations
