"""Making two accounts one: everything that points to the one comes to point to the other.

Which tables those are is read from the foreign keys, so a room that is built later need not be added here. Where both have
a row that may exist only once (two passes to one event, a mark each on one pitch), one of them is dropped. They are taken to
be alike, unless the table says which is better: `info={"best_first": (column, values)}`.

Where a row is about two people (one asked the other, one blocked the other), and the two become one, it is about nobody: it goes.
A table says so with a check that two of its columns differ (`a_id <> b_id`).
"""

import re

from sqlalchemy import CheckConstraint, Column, Table, UniqueConstraint, and_, delete, or_, select, update

from app.accounts.models import Person
from app.infra import db

_DIFFER = re.compile(r"(\w+) <> (\w+)")


def merge(person: Person, *, into: Person) -> None:
    """Give everything of `person` to `into`, and take `person` away. `into` keeps its own name, address and password.

    Call it inside a transaction; on PostgreSQL both rows are locked first, so that nothing is written for `person` meanwhile.
    Links of `person` are taken away, not given: one asked for by `person` must not change the address of `into`.
    """
    if person.id == into.id:
        raise ValueError("an account cannot be merged into itself")
    db.session.flush()
    db.session.execute(select(Person.id).where(Person.id.in_((person.id, into.id))).order_by(Person.id).with_for_update())
    gone, kept = person.id, into.id
    organisation = into.organisation or person.organisation
    people = Person.__table__
    link, event, held = (db.Base.metadata.tables[name] for name in ("link", "event", "pass"))
    at_events = select(held.c.event_id).where(held.c.person_id.in_((gone, kept)))
    db.session.execute(update(event).where(event.c.id.in_(at_events)).values(version=event.c.version + 1))  # two marks become one
    db.session.execute(delete(link).where(link.c.person_id == gone))
    for table, one, other in pairs():
        db.session.execute(delete(table).where(or_(and_(one == gone, other == kept), and_(one == kept, other == gone))))
    for table, column in references():
        _drop_doubles(table, column, gone, kept)
        db.session.execute(update(table).where(column == gone).values({column.name: kept}))
    db.session.execute(update(people).where(people.c.id == kept).values(organisation=organisation))
    db.session.execute(delete(people).where(people.c.id == gone))
    db.session.expunge(person)
    db.session.expire_all()


def references() -> list[tuple[Table, Column]]:
    """Every column that points to a person."""
    return [(table, key.parent) for table in db.Base.metadata.sorted_tables for key in sorted(table.foreign_keys, key=str)
            if key.column.table is Person.__table__]


def pairs() -> list[tuple[Table, Column, Column]]:
    """Every two columns of a table that point to people, of which a check says that they are never the same."""
    people = {column for _, column in references()}
    found = []
    for table in db.Base.metadata.sorted_tables:
        for check in table.constraints:
            names = _DIFFER.fullmatch(str(check.sqltext)) if isinstance(check, CheckConstraint) else None
            if names and {table.c[name] for name in names.groups()} <= people:
                found.append((table, *(table.c[name] for name in names.groups())))
    return found


def _keys_with(table: Table, column: Column) -> list[list[Column]]:
    """What must be unique in `table` and holds `column`, each without `column`."""
    unique = [list(table.primary_key.columns)]
    unique += [list(c.columns) for c in table.constraints if isinstance(c, UniqueConstraint)]
    unique += [list(index.columns) for index in table.indexes if index.unique]
    return [[c for c in key if c is not column] for key in unique if column in key]


def _drop_doubles(table: Table, column: Column, gone: int, kept: int) -> None:
    name, order = table.info.get("best_first", (None, ()))
    first, second = table.alias(), table.alias()
    identity = [c.name for c in table.primary_key.columns]
    for key in _keys_with(table, column):
        asked = [one.c[n] for one in (first, second) for n in identity]
        asked += [first.c[name], second.c[name]] if name else []
        alike = [first.c[column.name] != second.c[column.name], *(first.c[c.name] == second.c[c.name] for c in key)]
        for pair in db.session.execute(
                select(*asked).where(first.c[column.name] == gone, second.c[column.name] == kept, *alike)).all():
            ours, theirs = pair[:len(identity)], pair[len(identity):2 * len(identity)]
            better = name and order.index(pair[-2]) < order.index(pair[-1])
            worse = theirs if better else ours
            db.session.execute(delete(table).where(and_(*[table.c[n] == v for n, v in zip(identity, worse, strict=True)])))
