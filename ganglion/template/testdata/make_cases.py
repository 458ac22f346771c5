#!/usr/bin/env python3
"""Writes cases.json: small templates with the text that Jinja2 makes of them.

Run it with Jinja2 3.1 and Python 3.11 or later after adding a case. An "error" stands where Jinja2
refuses the template or the rendering.
"""

import datetime
import json
import sys
from pathlib import Path

import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment

CONTEXT = {
    "messages": [
        {"role": "system", "content": " Be kind. "},
        {"role": "user", "content": "Grüße, 世界 <&>\"'"},
        {"role": "assistant", "content": None, "n": [1, 2.5, True, None, "x\n'"]},
    ],
    "tools": None,
    "add_generation_prompt": True,
    "bos_token": "<s>",
    "eos_token": "</s>",
    "d": {"b": 1, "a": {"items": [3, 1, 2]}, "items": "key", "C": -0.0},
    "numbers": [3, 1, 2, 10, -4],
    "words": ["pear", "Apple", "fig", "apple"],
    "people": [{"name": "Ann", "age": 3}, {"name": "bob", "age": 1}, {"name": "Cy", "age": 3}],
    "big": 9007199254740993,
    "huge": 18446744073709551615,
    "floats": [1000000.0, 1e-7, 1e16, 0.1, -0.0, 123456789.125, 1e22, 1.5e300, 5e-324, 100.0],
    "text": "  One two  three ",
    "empty": "",
}

TEMPLATES = r'''
a{{ 1 }}b
{{ floats }} {{ floats|tojson }}
{{ big }} {{ huge }} {{ huge|tojson }} {{ big + 1 }}
{{ 7 / 2 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 % -3 }} {{ 2 ** 10 }} {{ 2 ** -1 }} {{ 2**3**2 }}
{{ 7.5 // 2 }} {{ -7.5 % 2 }} {{ 1 + True }} {{ "ab" * 3 }} {{ [1] * 2 + [3] }} {{ 1_000 }} {{ 1e3 }} {{ 1.5E-3 }}
{{ 1 / 0 }}
{{ 1 + "a" }}
{{ "a" + 1 }}
{{ "a" ~ 1 ~ None ~ [1, "b"] ~ undefined_thing }}
{{ undefined_thing }}|{{ undefined_thing is defined }}|{{ d.zzz is undefined }}|{{ d["items"] }}|{{ d.b }}
{{ undefined_thing.x }}
{{ undefined_thing + "a" }}
{{ none.x }}|{{ none.x is defined }}
{{ not undefined_thing and not "" and not [] and not 0 and not {} and not none }}
{{ 1 < 2 < 3 }} {{ 1 < 2 > 3 }} {{ "a" < "b" }} {{ [1, 2] < [1, 3] }} {{ 1 == 1.0 == True }} {{ (1, 2) == [1, 2] }}
{{ "a" < 1 }}
{{ 2 in numbers }} {{ "b" in d }} {{ "wo" in text }} {{ 5 not in numbers }} {{ "x" in undefined_thing }} {{ not 1 in [1] }}
{{ 1 in "a" }}
{{ 1 in 2 }}
{{ "yes" if numbers else "no" }} {{ "no" if empty }}| {{ 1 if false else 2 if false else 3 }} {{ (1 if true) + 1 }}
{{ empty or "other" }} {{ "x" and 0 }} {{ 0 or none }}
{{ -numbers[0] }} {{ -3|abs }} {{ +2 }} {{ - - 2 }} {{ not not 1 }} {{ 2 - -2 }}
{{ numbers[0] }} {{ numbers[-1] }} {{ numbers[99] is defined }} {{ numbers[1:3] }} {{ numbers[::-1] }} {{ numbers[-2:] }} {{ numbers[:-2] }} {{ numbers[::2] }} {{ numbers[3:0:-1] }} {{ numbers[10:] }} {{ numbers[-100:2] }}
{{ "Grüße"[2] }} {{ "Grüße"[1:4] }} {{ "Grüße"[::-1] }} {{ "世界"[-1] }} {{ "abc"[5:] }}| {{ "abc"[:-1] }} {{ "abc"[-2:99] }} {{ "abc"[2:1] }}|
{{ numbers["a"] is defined }} {{ numbers.0 }} {{ d["a"]["items"][1] }} {{ d.a["items"] }} {{ numbers[::0] }}
{{ "a" "b" 'c' }} {{ 'it\'s' }} {{ "\x41\u00e9\n\t\\\q" }} {{ "\101" }}
{{ [1, 2.0, "x", none, true, {"k": "v"}, (1,), (), []] }}
{{ {"a": 1, 2: "b", none: 1.5, "a": 3} }}
{{ ["it's", 'say "hi"', "both ' and \"", "tab\t", "nl\n", "\x00\x7f", "é世", "\u200b", "\\"] }}
{{ messages[2] }}
{{ messages|tojson }}
{{ messages|tojson(indent=2) }}
{{ d|tojson(indent=4, sort_keys=true) }} {{ {}|tojson(indent=2) }} {{ []|tojson(indent=2) }} {{ [[]]|tojson(indent=1) }}
{{ messages|tojson(ensure_ascii=true) }} {{ "😀\x7f\x1f\b\f/"|tojson(ensure_ascii=true) }} {{ "😀\x7f\x1f\b\f/"|tojson }}
{{ d|tojson(separators=(",", ":")) }} {{ {1: 2, true: 3, none: 4, 1.5: 5}|tojson }} {{ (1, 2)|tojson }}
{{ undefined_thing|tojson }}
{% for x in numbers %}{{ loop.index }}/{{ loop.length }}:{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}
{% for x in numbers %}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.previtem }}{{ loop.nextitem }}{{ loop.depth }};{% endfor %}
{% for x in [] %}a{% else %}none{% endfor %}{% for x in undefined_thing %}a{% else %}b{% endfor %}
{% for x in none %}a{% endfor %}
{% for x in 5 %}a{% endfor %}
{% for x in numbers if x > 1 %}{{ loop.index }}:{{ x }} {% endfor %}
{% for x in numbers %}{% if x == 2 %}{% continue %}{% endif %}{% if x == 10 %}{% break %}{% endif %}{{ x }}{% endfor %}
{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}{% for k in d %}{{ k }}{% endfor %}{% for (a, b) in [(1, 2), [3, 4]] %}{{ a + b }}{% endfor %}
{% for a, b in [(1, 2, 3)] %}{% endfor %}
{% for c in "añ" %}[{{ c }}]{% endfor %}
{% for x in numbers %}{{ loop.cycle("a", "b") }}{{ loop.changed(x > 1) }}{% endfor %}
{% for x in [1, [2, [3]]] recursive %}{% if x is iterable %}({{ loop(x) }}){% else %}{{ x }}@{{ loop.depth }}{% endif %}{% endfor %}
{% for i in [1, 2] %}{% for j in [1, 2] %}{{ loop.index }}{{ i }}{% endfor %}{{ loop.index }}{% endfor %}
{% set x = 1 %}{% for i in [1, 2] %}{{ x }}{% set x = 5 %}{{ x }}{% endfor %}{{ x }}
{% for i in [1, 2] %}{{ y }}{% set y = i %}{% endfor %}|{{ y }}
{% if true %}{% set z = 1 %}{% endif %}{{ z }}
{% set ns = namespace(a=1, b="x") %}{% for i in numbers %}{% set ns.a = ns.a + i %}{% endfor %}{{ ns.a }}{{ ns.b }}{{ ns.c is defined }}
{% set d.x = 1 %}
{% set a, b = 1, 2 %}{{ a }}{{ b }}{% set t = 1, 2 %}{{ t }}{% set u = (1) %}{{ u }}
{% set v %} block {{ 1 + 1 }} {% endset %}[{{ v }}]{% set w | trim | upper %} abc {% endset %}[{{ w }}]
{% filter upper %}abc{{ "d" }}{% endfilter %} {% filter replace("a", "b") | trim %} aaa {% endfilter %}
{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}{{ a is defined }}
{% macro m(a, b=2, c="x") %}{{ a }}{{ b }}{{ c }};{% endmacro %}{{ m(1) }}{{ m(1, c=3) }}{{ m(b=5, a=4) }}{{ m() }}{{ m(1, 2, 3)|upper }}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(z=2) }}
{% macro m(n) %}{% if n > 0 %}{{ n }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(5) }}
{% macro m() %}{{ later }}{% endmacro %}{% set later = "L" %}{{ m() }}
{% macro box(t) %}<{{ t }}:{{ caller() }}>{% endmacro %}{% call box("a") %}in{% endcall %}{% macro each(xs) %}{% for x in xs %}{{ caller(x) }}{% endfor %}{% endmacro %}{% call(v) each(numbers) %}[{{ v }}]{% endcall %}
{{ m.name if m is defined else "no" }}{% macro k() %}{% endmacro %}{{ k.name }}
{{ "abc".upper() }} {{ text.strip() }}| {{ text.lstrip() }}| {{ text.rstrip() }}| {{ "xxaxx".strip("x") }} {{ "xyaz".lstrip("yx") }} {{ "a\n\n".rstrip("\n") }}|
{{ text.split() }} {{ text.split(" ") }} {{ "a,b,,c".split(",") }} {{ "a,b,c".split(",", 1) }} {{ "a,b,c".rsplit(",", 1) }} {{ " a b  c ".split(none, 1) }} {{ " a b  c ".rsplit(none, 1) }} {{ "".split() }} {{ "".split(",") }}
{{ "a-b-c".partition("-") }} {{ "a-b-c".rpartition("-") }} {{ "abc".partition("-") }} {{ "abc".rpartition("-") }}
{{ "abcabc".replace("b", "X") }} {{ "abcabc".replace("b", "X", 1) }} {{ "abc".replace("", "-") }} {{ "aaa".replace("aa", "b") }} {{ "é".replace("", ".") }}
{{ "abc".startswith("ab") }} {{ "abc".endswith(("x", "c")) }} {{ "abc".find("c") }} {{ "éc".find("c") }} {{ "abc".find("z") }} {{ "abcb".rfind("b") }} {{ "abab".count("ab") }} {{ "abc".index("b") }} {{ "ab".count("") }}
{{ "abc".index("z") }}
{{ ", ".join(words) }} {{ "-".join("abc") }} {{ "x".join([]) }}|
{{ ",".join(numbers) }}
{{ "hello wORLD".title() }} {{ "hELLO".capitalize() }} {{ "ÄÖÜ".lower() }} {{ "äöüß".upper() if false else "äöü".upper() }} {{ "ПРИВЕТ".lower() }} {{ "σοφία".upper() }}
{{ "12".isdigit() }} {{ "1a".isdigit() }} {{ "".isdigit() }} {{ "ab".isalpha() }} {{ "a1".isalnum() }} {{ " \n".isspace() }} {{ "Ab".isupper() }} {{ "ab1".islower() }} {{ "AB".isupper() }}
{{ "7".zfill(3) }} {{ "-7".zfill(3) }} {{ "a".ljust(3) }}| {{ "a".rjust(3, "*") }} {{ "a".center(4, "*") }} {{ "ab".center(5, "*") }} {{ "é".rjust(3) }}
{{ "a\nb\r\nc\n".splitlines() }} {{ "prefix-x".removeprefix("prefix-") }} {{ "x.txt".removesuffix(".txt") }}
{{ "abc".nothing is defined }} {{ "abc".upper is defined }} {{ d.keys is defined }}
{{ "abc".nothing() }}
{{ d.get("b") }} {{ d.get("zz") }} {{ d.get("zz", 5) }} {{ d.keys()|list }} {{ d.values()|list }} {{ d.items()|list }} {{ d|items|list }} {{ d|length }}
{{ numbers.append(1) }}
{{ numbers.index(2) }} {{ numbers.count(2) }}
{{ text|trim }}| {{ "xxax"|trim("x") }} {{ 5|string + "a" }} {{ numbers|length }} {{ "世界"|length }} {{ none|string }} {{ true|string }} {{ undefined_thing|length }}
{{ none|length }}
{{ "Hello"|lower }} {{ "Hello"|upper }} {{ "hello world"|title }} {{ "hELLO"|capitalize }} {{ "a b c"|wordcount }} {{ 5|upper }} {{ none|lower }}
{{ "<a href='x'>&\""|e }} {{ "<b>"|escape }} {{ "x"|safe }}
{{ words|join }} {{ words|join(", ") }} {{ people|join("/", attribute="name") }} {{ numbers|join("-") }} {{ "abc"|join(".") }}
{{ words|first }} {{ words|last }} {{ "abc"|first }} {{ []|first is defined }} {{ numbers|list }} {{ "abc"|list }} {{ "abc"|reverse }} {{ numbers|reverse|list }}
{{ numbers|sort }} {{ numbers|sort(reverse=true) }} {{ words|sort }} {{ words|sort(case_sensitive=true) }} {{ people|sort(attribute="age")|map(attribute="name")|list }}
{{ numbers|max }} {{ numbers|min }} {{ words|max }} {{ words|min }} {{ people|max(attribute="age") }} {{ []|max is defined }} {{ numbers|sum }} {{ people|sum(attribute="age") }} {{ people|sum(attribute="age", start=10) }}
{{ words|unique|list }} {{ [1, 1.0, true, 2]|unique|list }} {{ people|unique(attribute="age")|map(attribute="name")|join }}
{{ d|dictsort }} {{ {"b": 2, "a": 3}|dictsort(by="value") }} {{ {"b": 2, "A": 3}|dictsort(true) }} {{ {"b": 2, "a": 3}|dictsort(reverse=true) }}
{% for age, group in people|groupby("age") %}{{ age }}:{{ group|map(attribute="name")|join(",") }};{% endfor %}
{{ people|map(attribute="name")|list }} {{ people|map(attribute="zip", default="-")|list }} {{ words|map("upper")|list }} {{ words|map("replace", "p", "b")|join(" ") }} {{ d|map("upper")|list }}
{{ numbers|select("odd")|list }} {{ numbers|reject("odd")|list }} {{ numbers|select(">", 2)|list }} {{ [0, 1, ""]|select|list }} {{ people|selectattr("age", "equalto", 3)|map(attribute="name")|list }} {{ people|rejectattr("age", "gt", 1)|list }} {{ people|selectattr("name")|list|length }} {{ none|selectattr("a")|list }}
{{ people|selectattr("a.b")|list }} {{ [{"a": {"b": 1}}]|selectattr("a.b")|list|length }} {{ [[1, 2]]|map(attribute=1)|list }}
{{ undefined_thing|default("x") }} {{ none|default("x") }} {{ none|default("x", true) }} {{ ""|d("y", boolean=true) }} {{ undefined_thing|default }}|
{{ "3"|int }} {{ "x"|int }} {{ "x"|int(7) }} {{ 3.9|int }} {{ -3.9|int }} {{ "3.7"|int }} {{ none|int }} {{ true|int }} {{ "ff"|int(base=16) }} {{ "2.5"|float }} {{ 3|float }} {{ "x"|float }} {{ " 4 "|int }}
{{ 2.5|round }} {{ 3.5|round }} {{ 2.345|round(2) }} {{ 2.341|round(2, "ceil") }} {{ 2.349|round(2, "floor") }} {{ 3|round }} {{ 42.55|round|int }} {{ -5|abs }} {{ -5.5|abs }}
{{ "%s is %d years and %.2f"|format("Ann", 3, 1.005) }} {{ "%5d|%-5d|%05d|%+d" % (1, 2, 3, 4) }} {{ "%s" % "x" }} {{ "100%%"|format }} {{ "%s %r" % ("a", "b") }}
{{ "%d" % "x" }}
{{ "%s %s" % "x" }}
{{ "a\nb\n\nc"|indent }}| {{ "a\nb"|indent(2, true) }}| {{ "a\n\nb"|indent(2, blank=true) }}| {{ "a"|center(5) }}| {{ "a\nb"|indent("> ") }}
{{ [1, 2, 3, 4, 5]|batch(2)|list }} {{ [1, 2, 3]|batch(2, "x")|list }} {{ d|attr("b") is defined }} {{ "abc"|attr("zzz") is defined }}
{{ 3 is odd }} {{ 4 is even }} {{ 9 is divisibleby 3 }} {{ 9 is divisibleby(2) }} {{ "a" is string }} {{ 1 is number }} {{ true is number }} {{ 1.5 is float }} {{ 1 is integer }} {{ true is integer }} {{ true is boolean }} {{ none is none }} {{ d is mapping }} {{ [] is sequence }} {{ "a" is sequence }} {{ 1 is iterable }} {{ "a" is iterable }} {{ range is callable }} {{ d.get is callable }} {{ 1 is callable }}
{{ true is true }} {{ 1 is true }} {{ false is false }} {{ none is false }} {{ 3 is eq 3 }} {{ 3 is ne(4) }} {{ 3 is gt 2 }} {{ 3 is le 2 }} {{ 3 is in [1, 3] }} {{ none is sameas none }} {{ 1 is sameas true }} {{ "ab" is lower }} {{ "AB" is upper }} {{ 1 is not defined }} {{ x is not defined }} {{ 1 is defined and 2 is defined }} {{ "upper" is filter }}
{{ 1 is nonsense }}
{{ 1|nonsense }}
{{ range(5)|list }} {{ range(2, 8, 3)|list }} {{ range(5, 0, -2)|list }} {{ range(0)|list }} {% for i in range(3) %}{{ i }}{% endfor %} {{ range(3)|length }}
{{ dict(a=1, b=2) }} {{ dict({"x": 1}, y=2) }}
{{ raise_exception("told you: " ~ 1) }}
{{ strftime_now("%Y-%m-%d %H:%M:%S %a %A %b %B %j %I %p %y %% %-d %e") }}
{# a comment #}x{#- strip -#} y {#- z -#}
{% raw %}{{ not }} {% evaluated %}{% endraw %} {%- raw -%}  a  {%- endraw -%}  b
{% generation %}gen {{ 1 }}{% endgeneration %}
{{ "a" if }}
{{ 1 +
{{ "unfinished }}
{% if x %}
{% endif %}
{% for x in y %}{% else %}
{% unknown %}
{% break %}
{{ (1, 2 }}
{{ a b }}
{{ 1 is defined is defined }}
{{ @ }}
{{ {"a": [1, {"b": (2, 3)}]}["a"][1].b[0] }}{{ {"a": {"b": {}}} }}
{{ bos_token + messages[0]["content"]|trim + eos_token }} {{ messages[0].role == "system" and messages|length > 2 }}
{{ messages[2].content is none }} {{ messages[2].n }} {{ messages[-1]["role"] }}
{{ "x" + messages[2].content }}
{{ (messages | selectattr("role", "equalto", "user") | list)[0].content }}
{%- set f = "abc".upper %}{{ f() }}
{{ messages.0.content.strip().split(".")[0] }}
{{ ["a", "b"] == ["a", "b"] }} {{ {"a": 1, "b": 2} == {"b": 2, "a": 1.0} }} {{ "1" == 1 }} {{ none == false }} {{ undefined_thing == undefined_thing }}
{{ [1] in [[1], [2]] }} {{ "a" ~ "b" in "cab" }} {{ 1 + 2 ~ 3 }} {{ 2 * 3 ~ 4 }}
{{ 5 if true else undefined_thing.x.y }} {{ false and undefined_thing.x }}
{{ namespace(a=1).a }} {{ "é"|tojson }} {{ "\u2028"|tojson }} {{ '<>&'|tojson }}
{{ "İ"|length }} {{ "a b".split() | last }}
'''

LAYOUT = [
    "  {% if true %}\n  a\n  {% endif %}\nb\n",
    "a\n\n",
    "a\n",
    "\n{% if true %}\n\n x {% endif %}\n\n",
    "a {%- if true %} b {%- endif -%} c\n",
    "a\n    {%+ if true %}b{% endif +%}\nc",
    "  {{ 1 }}\n  {{- 2 -}}  \n  3",
    "x  {# c #}\n  {# d #}\n y",
    "{% for x in [1, 2] %}\n  - {{ x }}\n{% endfor %}\nend",
    "{% for x in [1, 2] -%}\n  - {{ x }}\n{%- endfor %}\nend",
    "\t{% set a = 1 %}\t{% set b = 2 %}\n{{ a }}",
    "a\r\n{% if true %}\r\nb\rc{% endif %}",
    "x {% if true %} y\n\t {% endif %}z",
    "{{ '\n' }}|{{- '\n' -}} |",
    "a\n  {% raw %}\n  b\n  {% endraw %}\n c",
    "a \u00a0\u3000{%- if true -%}\u2003\n b{% endif %}",
    "{{ {'a': {'b': 1}} }}{{ {} }}",
    "{%if true%}x{%endif%}{{1}}{{-1}}{{+1}}",
    "{{ 'a' }}\n{% macro f() %}\n  q\n{% endmacro %}\n[{{ f() }}]",
    "{% if false %}a{% elif 1 %}b{% else %}c{% endif %}{% if 0 %}{% else %}d{% endif %}",
    "{ {{ 1 }} } {%- if true %} }} %} {% endif %} #}",
]


class RaisedByTemplate(Exception):
    pass


def environment():
    def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(
            x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
        )

    def raise_exception(message):
        raise RaisedByTemplate(message)

    class Generation(jinja2.ext.Extension):
        tags = {"generation"}

        def parse(self, parser):
            next(parser.stream)
            return parser.parse_statements(["name:endgeneration"], drop_needle=True)

    env = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, "jinja2.ext.loopcontrols"]
    )
    env.filters["tojson"] = tojson
    env.filters["safe"] = lambda x: x
    env.filters["escape"] = env.filters["e"] = lambda x: str(jinja2.filters.escape(x))
    env.globals["raise_exception"] = raise_exception
    now = datetime.datetime(2026, 1, 2, 15, 4, 5)
    env.globals["strftime_now"] = now.strftime
    return env


def main():
    env = environment()
    cases = []
    for template in TEMPLATES.strip("\n").split("\n") + LAYOUT:
        case = {"template": template}
        try:
            case["expected"] = env.from_string(template).render(**CONTEXT)
        except RaisedByTemplate as error:
            case["error"] = str(error)
        except Exception as error:  # a refusal of Jinja2 or Python: ours may be worded differently
            case["error"] = ""
            print(f"{template!r}: {error}", file=sys.stderr)
        cases.append(case)
    made_by = f"make_cases.py, Jinja2 {jinja2.__version__}, Python {sys.version.split()[0]}"
    document = {"made_by": made_by, "context": CONTEXT, "cases": cases}
    path = Path(__file__).parent / "cases.json"
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
