"""Where tables live: a DuckDB file by default; PostgreSQL or Spark by URL.

Everything is read through Ibis, so that the book's questions have one text for every engine. Writing
is a transaction: readers see the state before it or the state after it, never half of it, and a killed
import leaves the old state.
"""

from pipeline.warehouse.schema import SYSTEM_TABLES
from pipeline.warehouse.store import Warehouse

__all__ = ["SYSTEM_TABLES", "Warehouse"]
