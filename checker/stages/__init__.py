"""Pure stages of the pipeline: no I/O, no clock, no globals. See ``checker/pipeline.py``."""
