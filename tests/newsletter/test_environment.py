"""The sandbox: nothing of Python is reached from a template, and little is computed."""

from __future__ import annotations

from collections.abc import Callable

import jinja2
import pytest
from jinja2.exceptions import SecurityError

from newsletter.rendering import data, environment
from tests.sample_letter import monthly

Maker = Callable[[], environment.LetterEnvironment]
VALUES = data.plain(monthly())

# Public lists of template injections for Jinja, in our own shapes.
INJECTIONS = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__'] }}",
    "{{ ''|attr('__class__') }}",
    "{{ ''['\\x5f\\x5fclass\\x5f\\x5f'] }}",
    "{{ letter.__class__.__init__.__globals__ }}",
    "{{ letter.items.__self__ }}",
    "{{ config }}",
    "{{ config.items() }}",
    "{{ request.application.__globals__ }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ range(10) }}",
    "{{ range }}",
    "{{ dict }}",
    "{{ lipsum }}",
    "{{ dict(a=1) }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ url_for.__globals__ }}",
    "{{ '{0.__class__}'.format(letter) }}",
    "{{ '{0.__class__}'.format_map({'0': letter}) }}",
    "{{ '%s'|format(letter) }}",
    "{{ ['__class__']|map('attr') }}",
    "{{ ()|map('list') }}",
    "{{ letter|pprint }}",
    "{{ letter.title|safe }}",
    "{{ letter|tojson }}",
    "{{ letter|xmlattr }}",
    "{{ 'http://a'|urlize }}",
    "{{ letter.clear() }}",
    "{{ letter.update({'title': 'x'}) }}",
    "{{ letter.pop('title') }}",
    "{{ sections.append(1) }}",
    "{{ letter.period_start.replace(year=1) }}",
    "{{ letter.period_start.strftime('%Y' ) }}",
    "{{ letter.title.encode() }}",
    "{{ letter.title.center(10) }}",
    "{{ 'a'.zfill(9) }}",
    "{{ edito.html.format(1) }}",
    "{{ edito.html.unescape() }}",
    "{{ 'a' * 9 }}",
    "{{ 2 ** 9 }}",
    "{{ '%d' % 9 }}",
    "{{ 9999999 * 9 }}",
    "{% import 'os' as os %}{{ os }}",
    "{% include '/etc/passwd' %}",
    "{% include '../README.md' %}",
    "{% extends 'pages/../../pyproject.toml' %}",
    "{% set letter.title = 1 %}",
    "{% set x = letter.__dict__ %}{{ x }}",
    "{% debug %}",
    "{% do letter.clear() %}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}",
    "{{ (letter.title.upper.__func__)() }}",
    "{{ caller() }}",
    "{{ varargs }}",
    "{{ loop }}",
    "{{ (1).__add__(1) }}",
    "{{ 1.0.as_integer_ratio() }}",
]


@pytest.mark.parametrize("make", [environment.markup, environment.text])
@pytest.mark.parametrize("source", INJECTIONS)
def test_an_injection_is_refused(source: str, make: Maker) -> None:
    with pytest.raises((SecurityError, jinja2.TemplateError, TypeError)):
        make().from_string(source).render(VALUES)
    assert VALUES["letter"]["title"] == "novembre 2026"


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("{{ letter.title|upper }}", "NOVEMBRE 2026"),
        ("{{ letter.title.upper() }}", "NOVEMBRE 2026"),
        ("{{ letter.period_end|long_day(year=true) }}", "lundi 30 novembre 2026"),
        ("{{ letter.entries|count('contenu') }}", "18\u00a0contenus"),
        ("{{ 2 * 3 }} {{ letter.number + 1 }}", "6 113"),
        ("{% for k, v in links.items() %}{{ k }} {% endfor %}", "unsubscribe preferences "),
        ("{% for s in sections %}{{ loop.cycle('a', 'b') }}{% endfor %}", "ababa"),
        ("{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m('é') }}", "<é>"),
        ("{{ sections|selectattr('style', 'equalto', 'lead')|list|length }}", "1"),
        ("{{ absent }}", ""),
    ],
)
def test_what_a_letter_needs_is_allowed(source: str, printed: str) -> None:
    assert environment.markup().from_string(source).render(VALUES, absent=None) == printed


def test_output_is_escaped_in_every_kind_of_markup_template() -> None:
    for source in ("{{ x }}", "{% autoescape false %}{{ x }}{% endautoescape %}", "{{ '' ~ x }}"):
        assert environment.markup().from_string(source).render(x="<b>&") == "&lt;b&gt;&amp;"


def test_a_method_of_anything_but_plain_data_is_refused() -> None:
    class Model:
        def get(self) -> str:
            return "called"

    with pytest.raises(SecurityError):
        environment.markup().from_string("{{ model.get() }}").render(model=Model())


def test_an_undefined_name_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        environment.markup().from_string("{{ letter.inconnu }}").render(VALUES)
