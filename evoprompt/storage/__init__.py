"""What a run leaves on disk: its store, its record, its folder. Touches SQLite and JSON lines; knows no task and no score."""
