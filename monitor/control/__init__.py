"""The control socket: commands that must write ask the monitor that runs, because a database has one writer."""
