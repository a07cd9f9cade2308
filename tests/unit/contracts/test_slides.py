import pytest

from roughcut.contracts import ContractBroken, check

SLIDE = {"id": "s", "type": "title", "content": {"title": "T"}}


@pytest.mark.parametrize(
    "more", [{"theme": "paper"}, {"theme": "our-theme_2"}, {"fade": 0}, {"fade": 0.5}, {"fade": 60}]
)
def test_a_slide_may_have_a_theme_and_a_fade(more):
    assert check(SLIDE | more, "slide") == SLIDE | more


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"theme": "../paper"}, 'theme is "../paper": it must be the name of a theme, 1 to 64 small letters'),
        ({"theme": ""}, 'theme is "": it must be the name of a theme'),
        ({"theme": 3}, "theme is 3: it must be the name of a theme"),
        ({"fade": -1}, "fade is -1: it must be 0 or more"),
        ({"fade": 61}, "fade is 61: it must be 60 or less"),
        ({"fade": "slow"}, 'fade is "slow": it must be a number'),
        ({"fades": 1}, "fades is not a known field; did you mean fade?"),
    ],
)
def test_another_theme_or_fade_is_refused_in_a_sentence(more, sentence):
    with pytest.raises(ContractBroken) as broken:
        check(SLIDE | more, "slide")
    assert broken.value.message.startswith(sentence)
