from __future__ import annotations

from django.db import migrations

from veille.migrations._search_index import drop_index, make_index


class Migration(migrations.Migration):
    dependencies = [("veille", "0001_initial")]
    operations = [migrations.RunPython(make_index, drop_index)]
