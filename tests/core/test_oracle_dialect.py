"""What of the schema Oracle's Autonomous Database cannot express, by SQLAlchemy's dialect; docs/oke.md tells of it."""

from __future__ import annotations

import pkgutil
from collections import defaultdict
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import Column, Index, MetaData
from sqlalchemy.dialects import oracle
from sqlalchemy.exc import CompileError
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlmodel import SQLModel

import app
import worker

ROOT = Path(__file__).parents[2]
DIALECT = oracle.dialect()  # type: ignore[no-untyped-call]
# A construct of PostgreSQL's → how docs/oke.md calls it.
KNOWN = {
    "ARRAY": "arrays",
    "JSONB": "JSONB",
    "TSVECTOR": "full-text search",
    "computed": "full-text search",
    "gin": "full-text search",
    "partial index": "partial indexes",
}


@pytest.fixture(scope="module")
def metadata() -> MetaData:
    """Of the application and of all consumers."""
    for package in (app, worker):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" not in module.name and not module.name.endswith("__main__"):
                import_module(module.name)
    return SQLModel.metadata


def inexpressible(metadata: MetaData) -> dict[str, list[str]]:
    """The names of columns and indexes by the construct that Oracle lacks."""
    found: dict[str, list[str]] = defaultdict(list)
    for table in metadata.sorted_tables:
        for column in table.columns:
            for construct in lacking(column):
                found[construct].append(f"{table.fullname}.{column.name}")
        for index in table.indexes:
            for construct in ignored(index):
                found[construct].append(str(index.name))
    return found


def lacking(column: Column[object]) -> list[str]:
    """What the dialect refuses, or would hand to Oracle in PostgreSQL's own words, as it does an expression."""
    found = []
    try:
        DIALECT.type_compiler_instance.process(column.type, type_expression=column)
    except CompileError:
        found.append(type(column.type).__name__)
    if column.computed is not None:
        found.append("computed")
    return found


def ignored(index: Index) -> list[str]:
    """What the dialect leaves out without a word: the index would be another one."""
    options = index.dialect_options["postgresql"]
    return [options["using"]] * bool(options["using"]) + ["partial index"] * (options["where"] is not None)


def test_what_oracle_cannot_express_is_known(metadata: MetaData) -> None:
    assert set(inexpressible(metadata)) == set(KNOWN)


def test_the_documentation_names_all_of_it() -> None:
    section = (ROOT / "docs/oke.md").read_text().split("## Autonomous Database")[1].split("\n## ")[0]
    assert {construct for construct, name in KNOWN.items() if name not in section} == set()


def test_every_other_table_would_be_made(metadata: MetaData) -> None:
    """So that the list above is all: what is not in it compiles."""
    lacking_tables = {
        name.rsplit(".", 1)[0] for names in inexpressible(metadata).values() for name in names if "." in name
    }
    for table in metadata.sorted_tables:
        if table.fullname not in lacking_tables:
            assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=DIALECT))
            for index in table.indexes:
                assert "INDEX" in str(CreateIndex(index).compile(dialect=DIALECT))
