"""What of a migrated database the models speak of."""


def of_the_models(obj, name, kind, reflected, compare_to) -> bool:
    """False for PostgreSQL's own search column and indexes, which a revision makes by hand."""
    return not (reflected and compare_to is None and kind in ("column", "index") and name.startswith(("ts_", "ix_ts_")))
