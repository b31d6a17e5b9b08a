"""Rows into the index."""

from __future__ import annotations

import sqlite3


def insert(db: sqlite3.Connection, table: str, **row: object) -> int:
    """Insert a row and return its id."""
    columns = ", ".join(f'"{name}"' for name in row)
    values = ", ".join("?" * len(row))
    cursor = db.execute(f"INSERT INTO {table} ({columns}) VALUES ({values})", tuple(row.values()))
    return cursor.lastrowid or 0
