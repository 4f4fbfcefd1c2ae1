"""The data set that all probes and pipes read. Its rows are small on purpose: an edge value each."""

from __future__ import annotations

from tests.sql.fixture import Fixture
from tests.sql.tables.business import BUSINESS
from tests.sql.tables.joining import JOINING
from tests.sql.tables.merging import MERGING
from tests.sql.tables.values import VALUES

FIXTURES: tuple[Fixture, ...] = (*BUSINESS, *VALUES, *MERGING, *JOINING)
"""In the order of loading: tables of states read those before them."""
