"""The page as a reader sees it."""

import json

from playwright.sync_api import Page, expect


def line(message: str, level: str = "info", **fields) -> str:
    return json.dumps({"level": level, "message": message, **fields})


def lines(first: int, last: int, **more) -> list[str]:
    return [line(f"line {number}", number=number, **more) for number in range(first, last + 1)]


class LogPage:
    def __init__(self, page: Page):
        self.page = page
        self.grid = page.get_by_role("grid", name="Events, newest")
        self.rows = self.grid.get_by_role("row")
        self.filter = page.get_by_label("Filter", exact=True)
        self.state = page.locator("#time-state .word")
        self.details = page.get_by_role("complementary", name="Details")

    def row(self, text: str):
        return self.rows.filter(has_text=text)

    def shows(self, text: str):
        expect(self.row(text).last).to_be_visible()

    def is_(self, word: str):
        expect(self.state).to_have_text(word)

    def press(self, key: str):
        self.page.keyboard.press(key)

    @property
    def row_count(self) -> int:
        return int(self.grid.get_attribute("aria-rowcount"))

    def expect_rows(self, count: int):
        expect(self.grid).to_have_attribute("aria-rowcount", str(count))

    def places(self) -> dict[str, float]:
        """Text of each row in view and the pixel of the screen where it begins."""
        found = self.page.evaluate(
            """() => [...document.querySelectorAll("#rows [role=row]")].map(
                (row) => [row.innerText, row.getBoundingClientRect().top])"""
        )
        box = self.grid.bounding_box()
        return {text: top for text, top in found if box["y"] + 40 <= top < box["y"] + box["height"] - 40}

    def has_all(self):
        """Waits until what comes behind the first rows is here, so that the relay may go."""
        self.page.wait_for_function("() => document.querySelector('link[href=\"css/panels.css\"]')?.sheet")

    def frames(self):
        """Waits until the page has painted."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def settle(self):
        """Waits until a scroll has run out: the same place in twelve frames one after the other."""
        self.page.evaluate(
            """() => new Promise((done) => {
                const grid = document.querySelector("#rows");
                let last = NaN, still = 0;
                const look = () => {
                    still = grid.scrollTop === last ? still + 1 : 0;
                    last = grid.scrollTop;
                    if (still === 12) done();
                    else requestAnimationFrame(look);
                };
                look();
            })"""
        )
