"""The steps from an empty database to the tables of ``checker.store.schema``, in order."""

HEAD = "0016"  # the last step; a test compares it with the files
