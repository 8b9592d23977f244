from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import cheap

from evoprompt.text.template import Template, placeholders

anything = st.text(max_size=40)
braces = st.text(alphabet="ab {}\n\\$%", max_size=30)
field_names = st.sampled_from(["text", "label", "shots", "a b", "ä"])
pieces = st.lists(st.one_of(anything.map(lambda t: (False, t)), field_names.map(lambda f: (True, f))), max_size=6)


def written(parts):
    """A template's source from its pieces."""
    return "".join(
        "{" + text + "}" if is_field else text.replace("{", "{{").replace("}", "}}") for is_field, text in parts
    )


@cheap
@given(pieces, st.dictionaries(field_names, st.one_of(anything, braces)))
def test_a_template_says_its_pieces_with_the_values_put_in_as_they_are(parts, values):
    values = {name: values.get(name, "{text}{{") for is_field, name in parts if is_field}
    expected = "".join(values[text] if is_field else text for is_field, text in parts)
    assert Template.parse(written(parts)).fill(values) == expected


@cheap
@given(braces)
def test_parsing_any_text_gives_a_template_or_a_sentence(text):
    try:
        template = Template.parse(text)
    except ValueError as error:
        said = str(error)
    else:
        said = ""
    if said:
        assert said.startswith("the template has a single")
        return
    values = {name: "<" + name + ">" for name in template.fields}
    assert Template.parse(written(template.pieces)).fill(values) == template.fill(values)


@cheap
@given(braces, st.frozensets(field_names), st.one_of(anything, braces))
def test_a_gene_gives_itself_back_but_for_known_fields(gene, known, value):
    read = placeholders(gene, known)
    assert set(read.fields) <= known
    assert read.fill({name: "{" + name + "}" for name in known}) == gene
    assert read.fill(dict.fromkeys(known, value)).count(value) >= (len(read.fields) if value else 0)


def test_values_are_never_read_as_templates():
    template = Template.parse("{instruction} {text} {shots}")
    filled = template.fill({"instruction": "{text}", "text": "{shots}", "shots": "{instruction}"})
    assert filled == "{text} {shots} {instruction}"


def test_braces_are_written_double():
    assert Template.parse('{{"answer": {text}}}').fill({"text": "1"}) == '{"answer": 1}'


@pytest.mark.parametrize("text", ["a { b", "a } b", "{}", "{text", "{a\nb}"])
def test_a_single_brace_is_an_error_that_shows_the_place(text):
    with pytest.raises(ValueError, match=r"single '[{}]' near .*; write '(\{\{|\}\})' for the brace itself"):
        Template.parse(text)


def test_fields_are_named_once_in_order():
    assert Template.parse("{b} {a} { b }").fields == ("b", "a")


def test_a_brace_in_a_gene_that_names_no_field_is_a_brace():
    read = placeholders('Answer as {"label": ...} for {text}', frozenset({"text"}))
    assert read.fields == ("text",)
    assert read.fill({"text": "T"}) == 'Answer as {"label": ...} for T'
