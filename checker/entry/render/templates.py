"""Pages from the package's own templates, strictly and with everything escaped."""

from functools import cache

from jinja2 import BaseLoader, Environment, StrictUndefined, Template

from checker import data
from checker.entry.render.clean import clean


@cache
def template(name: str) -> Template:
    """Autoescape is on whatever the file is called; hostile text never becomes markup (E2)."""
    environment = Environment(
        loader=BaseLoader(),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: clean(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.from_string(data.text(f"templates/{name}"))
