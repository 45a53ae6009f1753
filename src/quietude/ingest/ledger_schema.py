"""The ledger's tables, laid at first use."""

from __future__ import annotations

SCHEMA = """
CREATE TABLE IF NOT EXISTS imports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    started_at TEXT NOT NULL,
    outcome TEXT NOT NULL,
    report TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS imports_by_source ON imports (source, id DESC);
CREATE TABLE IF NOT EXISTS quarantine (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    import_id INTEGER NOT NULL,
    file TEXT NOT NULL,
    line INTEGER NOT NULL,
    reason TEXT NOT NULL,
    column_name TEXT,
    value TEXT,
    detail TEXT NOT NULL,
    raw TEXT NOT NULL,
    status TEXT NOT NULL,
    noted_at TEXT NOT NULL,
    closed_at TEXT
);
CREATE INDEX IF NOT EXISTS quarantine_open ON quarantine (source, status, reason, file, line);
CREATE TABLE IF NOT EXISTS snapshots (
    source TEXT NOT NULL,
    file TEXT NOT NULL,
    completed_at TEXT NOT NULL,
    PRIMARY KEY (source, file)
);
CREATE TABLE IF NOT EXISTS places (
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    category TEXT,
    source_category TEXT,
    lon_deg REAL,
    lat_deg REAL,
    address TEXT,
    attributes TEXT NOT NULL,
    PRIMARY KEY (source, key)
);
"""
