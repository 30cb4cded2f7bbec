import re

from pipeline.publish.render.anchors import unique
from pipeline.publish.render.pages import css_string


def test_a_css_string_cannot_end_early():
    written = css_string('Evil"; } body{display:none} </style><script>')
    assert written[0] == written[-1] == '"'
    assert not re.search('[";{}<>\\\\](?![0-9a-f]+ )', written[1:-1])


def test_identifiers_that_occur_twice_are_numbered_with_their_references():
    one = '<g id="a"/><use href="#a"/><p clip-path="url(#a)"></p>'
    assert unique([one, one]) == [one, '<g id="a-2"/><use href="#a-2"/><p clip-path="url(#a-2)"></p>']
