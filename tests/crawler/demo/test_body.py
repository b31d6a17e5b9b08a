from crawler.demo.body import parse_body

TEXT = """\
First *paragraph*.

Second.

::: article 86742
:::

::: images
a.jpg | A caption. | Somebody
b.jpg | Another. | Nobody
:::
Third.
"""


def test_blocks_stand_between_runs_of_markdown():
    blocks = list(parse_body(TEXT))
    assert [block.type for block in blocks] == ["html", "article", "images", "html"]
    assert blocks[0].html == "<p>First <em>paragraph</em>.</p>\n<p>Second.</p>"
    assert blocks[1].argument == "86742"
    assert blocks[2].rows == [["a.jpg", "A caption.", "Somebody"], ["b.jpg", "Another.", "Nobody"]]
    assert blocks[3].html == "<p>Third.</p>"


def test_text_without_blocks_is_one_block():
    assert [block.type for block in parse_body("One.\n\nTwo.\n")] == ["html"]
