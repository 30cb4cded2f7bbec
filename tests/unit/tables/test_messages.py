import re
from importlib.resources import files

import pytest

from pipeline.tables.messages import message

PACKAGE = files("pipeline")
RULES = re.compile(r'"([a-z]+(?:-[a-z]+)+)"')
NO_RULES = {
    "row-refused", "value-emptied", "utf-16-le", "utf-16-be", "utf-8", "utf-16", "utf-32",
}  # fmt: skip


def catalogue(language):
    text = PACKAGE.joinpath("locale", language, "data_quality.ftl").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z][a-z-]*) = ((?:.|\n(?=[ }]))*)", text, flags=re.MULTILINE))


def test_both_languages_have_the_same_messages_with_the_same_variables():
    english, chinese = catalogue("en"), catalogue("zh")
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        variables = set(re.findall(r"\$\w+", text))
        assert set(re.findall(r"\$\w+", chinese[key])) == variables, key


def test_every_rule_in_the_code_has_a_message():
    rooms = [PACKAGE.joinpath("tables"), PACKAGE.joinpath("sources")]
    code = "".join(
        p.read_text(encoding="utf-8") for room in rooms for p in room.iterdir() if p.name.endswith(".py")
    )
    named = set(RULES.findall(code)) - NO_RULES
    assert "closed-without-date" in named
    missing = sorted(rule for rule in named if rule not in catalogue("en"))
    assert missing == []


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("action", ["row-refused", "value-emptied"])
def test_a_message_says_what_was_done(language, action):
    words = {"en": ("not loaded", "without this value"), "zh": ("未导入", "此值留空")}[language]
    text = message("not-a-number", language, column="amount", action=action)
    assert words[action == "value-emptied"] in text
    assert "amount" in text
