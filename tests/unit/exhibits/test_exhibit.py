import json

import pandas as pd
import pytest

from pipeline.exhibits import Reader, exhibit
from pipeline.exhibits.columns import Column
from pipeline.exhibits.exhibit import EXHIBIT_MIME, left_out, note, without_notebook_style
from pipeline.exhibits.tables import table
from pipeline.findings import Missing, count


@exhibit
def shown(frame: pd.DataFrame, reader: Reader):
    return table(frame, [Column("name", "Name")], reader, title="t")


def test_a_table_is_drawn_and_a_missing_one_becomes_a_note(en):
    assert shown(pd.DataFrame({"name": ["x"]}), en).kind == "table"
    absent = shown(Missing("gallery-thing", ("invoices",)), reader=en)
    assert absent.left_out
    assert (
        absent.text == "Left out: the age of unpaid invoices. The data have no rows in the table “Invoices”."
    )


def test_a_reason_takes_the_place_of_tables(zh):
    absent = left_out(Missing("gallery-thing", reason="figure-more", values={"number": count(3)}), zh)
    assert absent.text == "未列出：应收账款账龄。另有3项见下方数据表。"


def test_an_exhibit_function_without_reader_is_a_fault_of_the_program():
    with pytest.raises(TypeError, match="needs a Reader"):
        shown(Missing("gallery-thing", ("invoices",)))


def test_the_bundle_is_json_and_its_style_comes_off_again(en):
    exhibit_shown = shown(pd.DataFrame({"name": ["x", None]}), en)
    bundle = json.loads(json.dumps(exhibit_shown._repr_mimebundle_(), allow_nan=False))
    assert bundle["text/html"].startswith("<style>")
    assert without_notebook_style(bundle["text/html"]) == exhibit_shown.html
    assert bundle[EXHIBIT_MIME]["sheets"][0]["rows"] == [["x"], [None]]


def test_html_of_others_is_left_alone():
    assert without_notebook_style("<p>x</p>") == "<p>x</p>"


def test_a_note_is_escaped():
    assert note("<script>").html == '<p class="qd-note">&lt;script&gt;</p>'
