"""The engine room: the outside world (database, jobs, mail, files, time) behind small ports. Imports no feature."""
