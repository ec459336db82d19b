"""Makes the full-text index of items; may be run again at any time.

SQLite: an FTS5 table without content of its own, kept by triggers. Django rebuilds a SQLite table
when a field changes, which drops its triggers: a migration that alters Item must end with
`RunPython(make_index)` (a test looks that they are there).
PostgreSQL: a generated column. Accents are folded by `translate`, because the extension
`unaccent` needs rights a hosted database may not give, and is not immutable.
"""

from __future__ import annotations

from typing import Any

COLUMNS = ("title", "text", "own_summary", "note")
_FROM = "àâäáãåçéèêëíìîïñóòôöõúùûüýÿÀÂÄÁÃÅÇÉÈÊËÍÌÎÏÑÓÒÔÖÕÚÙÛÜÝŸ"
_TO = "aaaaaaceeeeiiiinooooouuuuyyaaaaaaceeeeiiiinooooouuuuyy"


def make_index(apps: Any, schema_editor: Any) -> None:
    """Creates what is missing and indexes every item."""
    vendor = schema_editor.connection.vendor
    statements = _sqlite() if vendor == "sqlite" else _postgresql()
    with schema_editor.connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def drop_index(apps: Any, schema_editor: Any) -> None:
    """Removes the index."""
    if schema_editor.connection.vendor == "sqlite":
        for moment in ("ai", "ad", "au"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS veille_item_fts_{moment}")
        schema_editor.execute("DROP TABLE IF EXISTS veille_item_fts")
    else:
        schema_editor.execute("ALTER TABLE veille_item DROP COLUMN IF EXISTS search")


def _sqlite() -> list[str]:
    names = ", ".join(COLUMNS)
    new = ", ".join(f"new.{name}" for name in COLUMNS)
    old = ", ".join(f"old.{name}" for name in COLUMNS)
    add = f"INSERT INTO veille_item_fts(rowid, {names}) VALUES (new.id, {new});"
    remove = (
        f"INSERT INTO veille_item_fts(veille_item_fts, rowid, {names}) "
        f"VALUES ('delete', old.id, {old});"
    )
    trigger = "CREATE TRIGGER IF NOT EXISTS veille_item_fts_{0} AFTER {1} ON veille_item BEGIN {2} END"
    return [
        f"CREATE VIRTUAL TABLE IF NOT EXISTS veille_item_fts USING fts5({names}, "
        "content='veille_item', content_rowid='id', tokenize='unicode61 remove_diacritics 2')",
        trigger.format("ai", "INSERT", add),
        trigger.format("ad", "DELETE", remove),
        trigger.format("au", f"UPDATE OF {names}", f"{remove} {add}"),
        "INSERT INTO veille_item_fts(veille_item_fts) VALUES ('rebuild')",
    ]


def _postgresql() -> list[str]:
    def folded(column: str) -> str:
        plain = f"replace(replace(translate(lower({column}), '{_FROM}', '{_TO}'), 'œ', 'oe'), 'æ', 'ae')"
        # Apostrophes and hyphens part words here as they do in FTS5 ('simple' keeps «a-b» whole too).
        return f"regexp_replace({plain}, '[^a-z0-9]+', ' ', 'g')"

    text = " || ' ' || ".join(folded(column) for column in COLUMNS)
    return [
        "ALTER TABLE veille_item ADD COLUMN IF NOT EXISTS search tsvector "
        f"GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, {text})) STORED",
        "CREATE INDEX IF NOT EXISTS veille_item_search ON veille_item USING GIN (search)",
    ]
