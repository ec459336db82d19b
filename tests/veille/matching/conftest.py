from __future__ import annotations

import pytest

from veille.suggesting import ruleset


@pytest.fixture(scope="session")
def rules() -> ruleset.RuleSet:
    """The shipped rules; no database."""
    return ruleset.shipped()
