"""Taking somebody's names and addresses out of rows, column by column.

An address goes from every column that holds text. Names go from what this program wrote (mails, notices, histories, jobs), from
what they wrote themselves, and from the conversations they were in. What others wrote of them elsewhere stays: it is theirs, and
organisers can take it off the record.
"""

from collections.abc import Iterable

from sqlalchemy import JSON, Column, String, Table, cast, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from app.accounts.merging import references
from app.infra import db
from app.privacy.traces import Traces

# Written by this program, names and all; whoever they are about.
OURS = {
    "mail": (), "mail_waiting": (),  # every column: who it is from stands in its headers
    "notice": ("said", "was", "now"),
    "grid_change": ("said",), "queue_change": ("said", "before", "after"), "job": ("payload", "problem"),
    "import": ("reports",), "imported_file": ("report",), "revision": ("remark",),
}
# Made from other rows, or looked after by `erasing_documents.py`, which knows how.
ELSEWHERE = {"search_entry", "document", "document_update", "document_snapshot"}
ELSEWHERE_COLUMNS = {("revision", "text"), ("note", "imported_text"), ("note", "present")}
CONVERSATION = ("followup_post", "followup_offer", "introduction")  # with a column followup_id


def texts_of(table: Table) -> list[Column]:
    """The columns of `table` that may hold words."""
    return [] if table.name in ELSEWHERE else [
        column for column in table.columns if isinstance(column.type, String | JSON) and not column.foreign_keys
        and (table.name, column.name) not in ELSEWHERE_COLUMNS]


def take_out(traces: Traces, followup_ids: Iterable[int]) -> None:
    """Do it, before the person's own row goes. `followup_ids` are the conversations they were in."""
    tables = db.Base.metadata.tables
    if traces.addresses:
        for table in db.Base.metadata.sorted_tables:
            _rewrite(table, texts_of(table), traces, names=False)
    if not traces.own:
        return
    for name, columns in OURS.items():
        _rewrite(tables[name], [tables[name].c[column] for column in columns] or texts_of(tables[name]), traces, names=True)
    for table, column in references():
        _rewrite(table, texts_of(table), traces, names=True, where=column == traces.person_id)
    ids = list(followup_ids)
    if ids:
        _rewrite(tables["followup"], texts_of(tables["followup"]), traces, names=True, where=tables["followup"].c.id.in_(ids))
        for name in CONVERSATION:
            _rewrite(tables[name], texts_of(tables[name]), traces, names=True, where=tables[name].c.followup_id.in_(ids))


def _rewrite(table: Table, columns: list[Column], traces: Traces, *, names: bool,
             where: ColumnElement[bool] | None = None) -> None:
    """Write what `columns` say anew without them, in those rows that hold them."""
    if not columns:
        return
    key = list(table.primary_key.columns)
    holds = or_(*[cast(column, String).icontains(needle, autoescape=True)
                  for column in columns for needle in traces.needles(names=names)])
    for row in db.session.execute(select(*key, *columns).where(holds, *([] if where is None else [where]))).all():
        said = {column: row[len(key) + place] for place, column in enumerate(columns)}
        changed = {column.name: _fitting(column, new) for column, old in said.items()
                   if (new := traces.without_in(old, names=names)) != old}
        if changed:
            db.session.execute(update(table).where(*[column == row[place] for place, column in enumerate(key)]).values(changed))


def _fitting(column: Column, value: object) -> object:
    length = getattr(column.type, "length", None)
    return value[:length] if isinstance(value, str) and length else value
