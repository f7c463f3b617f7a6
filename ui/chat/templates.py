"""The one place of the chat that writes HTML: templates of this package, in which every value is escaped.

Gradio gets the finished HTML as a value. It is not given templates of Gradio with ``{{ }}``: those escape HTML and then run the result
as a JavaScript template, in which an article that says ``${alert(1)}`` is a program.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from jinja2 import BaseLoader, Environment, StrictUndefined, Template, TemplateNotFound

from ui.present import count, plain, safe_url, without_controls


def fill(name: str, **values: object) -> str:
    """Return a template filled with values; whatever they are, they come out as text.

    Args:
        name: of a file of ``assets``, without ``.html``.
    """
    return _template(name).render(**values)


def read_asset(name: str) -> str:
    """Return a file of ``assets``."""
    return _assets().joinpath(name).read_text(encoding="utf-8")


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=_Assets(), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["plain"] = plain
    environment.filters["without_controls"] = without_controls
    environment.filters["safe_url"] = safe_url
    environment.filters["count"] = count
    return environment.get_template(f"{name}.html")


class _Assets(BaseLoader):
    def get_source(self, environment: Environment, template: str) -> tuple[str, None, None]:
        if environment.loader is not self or not _assets().joinpath(template).is_file():
            raise TemplateNotFound(template)
        return read_asset(template), None, None


def _assets() -> Traversable:
    return resources.files("ui.chat").joinpath("assets")
