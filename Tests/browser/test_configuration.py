"""What the page shows of the relay's configuration."""

from playwright.sync_api import expect

from harness.inputs import append, file_input

BASE = '[server]\nlisten = ["127.0.0.1:0"]\n[log]\npath = "{dir}/log"\n'


def reload(one, text: str) -> int:
    one.configure(BASE + text)
    return one.get("/api/v1/reload", method="POST", timeout=30).status


def test_g2_a_wrong_configuration_is_a_line_above_the_rows_until_it_is_right(relay, open_page, tmp_path):
    source = file_input()
    one = relay(source)
    page = open_page(one.url)
    append(tmp_path / "app.log", "still shown")
    page.shows("still shown")
    bar = page.page.locator("#configuration")
    expect(bar).to_be_empty()
    assert reload(one, source + "[sever]\n") == 422
    expect(bar).to_contain_text("the one before stays in force")
    expect(bar).to_contain_text('did you mean "server"?')
    assert reload(one, source) == 200
    expect(bar).to_be_empty()


def test_streams_and_tiles_of_another_configuration_come_without_a_reload_of_the_page(relay, open_page, tmp_path):
    source = file_input()
    one = relay(source)
    page = open_page(one.url)
    append(tmp_path / "app.log", "one line")
    page.shows("one line")
    page.page.locator("#panels-toggle").click()
    expect(page.page.locator("#panels")).to_contain_text("Events by level")
    panel = '[[panel]]\ntitle = "Lines by far"\nkind = "stat"\n'
    assert reload(one, source + '[[route]]\nname = "fresh"\n' + panel) == 200
    expect(page.page.locator("#stream option")).to_have_text(["all", "fresh"])
    expect(page.page.locator("#panels")).to_contain_text("Lines by far")
    expect(page.page.locator("#panels")).not_to_contain_text("Events by level")
