"""One profile for all property tests: no time limit per example, as machines are shared."""

from hypothesis import settings

settings.register_profile("checker", deadline=None)
settings.load_profile("checker")
