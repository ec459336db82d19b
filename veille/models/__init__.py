"""What the watch stores, one noun a file. Fields, constraints, tiny predicates; no I/O."""

from __future__ import annotations

from veille.models.centre import Centre as Centre
from veille.models.item import Item as Item
from veille.models.reference import Audience as Audience
from veille.models.reference import ContentType as ContentType
from veille.models.reference import Territory as Territory
from veille.models.reference import Theme as Theme
from veille.models.source import Attempt as Attempt
from veille.models.source import Host as Host
from veille.models.source import Source as Source
from veille.models.tag import Decision as Decision
from veille.models.tag import Suggestion as Suggestion
