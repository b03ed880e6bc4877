"""The login page in a browser: without a script, in the colours of the page, with the cookie that no script reads."""

import json
import subprocess

from harness.access import new_token, token_block
from harness.inputs import append
from playwright.sync_api import expect

from .conftest import CONFIG, REPOSITORY
from .page import LogPage, line

PASSWORD = "correct horse battery"


def users(binary) -> str:
    secret = subprocess.run([str(binary), "hash-password"], input=PASSWORD + "\n", capture_output=True, text=True, check=True, timeout=30)
    return f'[auth]\nmode = "users"\n[[user]]\nname = "anna"\npassword = "{secret.stdout.strip()}"\nrole = "admin"\n'


def started(relay, auth: str):
    running = relay(CONFIG + auth, server=f'public = "{REPOSITORY / "public"}"')
    append(running.path("app.log"), line("cart is full", "error"), line("all is well"))
    return running


def test_a_user_signs_in_reads_and_signs_out(relay, binary, open_page):
    running = started(relay, users(binary))
    page = open_page(running.url + "/?filter=level%3E%3Derror").page
    expect(page).to_have_title("Sign in · tailrace")
    expect(page.get_by_label("Name")).to_be_focused()
    assert page.evaluate("document.cookie") == ""
    page.keyboard.type("anna")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Name or password is wrong.")
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    logs = LogPage(page)
    logs.shows("cart is full")
    expect(logs.filter).to_have_value("level>=error")
    assert page.evaluate("document.cookie") == ""
    page.goto(running.url + "/login")
    expect(page.get_by_text("Signed in as anna")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Name")).to_be_visible()
    page.goto(running.url)
    expect(page).to_have_title("Sign in · tailrace")


def test_the_login_is_whole_without_scripts_and_in_the_dark(relay, open_page):
    token = new_token()
    running = started(relay, '[auth]\nmode = "token"\n' + token_block("ci", token, "reader"))
    page = open_page(running.url, java_script_enabled=False, color_scheme="dark").page
    expect(page.get_by_label("Token")).to_be_visible()
    box = page.get_by_role("main").bounding_box()
    assert box["width"] >= 300 and box["y"] > 100
    page.get_by_label("Token").fill(token)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_title("tailrace")


def signed_in(page, url: str) -> LogPage:
    page.goto(url)
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    logs = LogPage(page)
    logs.shows("cart is full")
    return logs


def test_the_page_says_who_is_signed_in_and_signs_out(relay, binary, open_page):
    running = started(relay, users(binary))
    page = open_page("about:blank").page
    visitor = {"user": "anna", "by": "user", "role": "admin", "signs_out": True}
    page.route("**/api/v1/me", lambda route: route.fulfill(content_type="application/json", body=json.dumps(visitor)))
    logs = signed_in(page, running.url + "/?filter=level%3E%3Derror")
    page.locator("#strip").get_by_role("button", name="anna").click()
    expect(page.locator("#explanation")).to_contain_text("Signed in as anna.")
    logs.press("Escape")
    expect(page.locator("#explanation")).to_be_hidden()
    page.locator("#strip").get_by_role("button", name="anna").click()
    expect(page.locator("#explanation")).to_contain_text("Role admin. You see the stream all.")
    page.locator("#explanation").get_by_role("button", name="Sign out").click()
    expect(page).to_have_title("Sign in \u00b7 tailrace")
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    logs.shows("cart is full")
    expect(logs.filter).to_have_value("level>=error")


def test_a_page_whose_session_ends_keeps_its_rows_and_leads_to_the_login_and_back(relay, binary, open_page):
    running = started(relay, users(binary))
    page = open_page("about:blank").page
    logs = signed_in(page, running.url + "/?filter=level%3E%3Derror")
    logs.has_all()
    assert page.request.post(running.url + "/logout", headers={"Origin": running.url}).ok
    notice = page.locator("#notice")
    expect(notice).to_contain_text("You are signed out.", timeout=20_000)
    logs.shows("cart is full")
    notice.get_by_role("button", name="Sign in").click()
    expect(page).to_have_title("Sign in \u00b7 tailrace")
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    logs.shows("cart is full")
    expect(logs.filter).to_have_value("level>=error")
