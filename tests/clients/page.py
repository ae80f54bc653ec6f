"""Drives Chromium over the page of an access table: `page.py FILE`. Exits with an error if a step fails."""

import os
import pathlib
import sys

from playwright.sync_api import expect, sync_playwright


def routes(page):
    """Returns the method and path of every visible route, after the next frame."""
    frame = "new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
    if page.evaluate("document.querySelector('#filters').hidden") is False:
        page.evaluate(frame)
    return [
        "".join(row.locator("th").inner_text().split("\n")).replace(" ", "").replace("\t", "")
        for row in page.locator("#routes tbody tr:visible").all()
    ]


def verdicts(page):
    return [" ".join(text.split()) for text in page.locator("#routes tbody tr:visible td.verdict").all_inner_texts()]


def main(file):
    address = pathlib.Path(file).as_uri()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("AUTHGATE_CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        try:
            context = browser.new_context(locale="en-US")
            context.set_default_timeout(20_000)
            page = context.new_page()
            told, asked = [], []
            page.on("console", lambda message: told.append(message.text))
            page.on("pageerror", lambda error: told.append(str(error)))
            page.on("request", lambda request: asked.append(request.url))
            page.goto(address)
            everything = routes(page)
            assert "DELETE/articles/{id}" in everything, everything
            shown = page.get_by_role("status")

            page.get_by_label("Search").fill("articles chief NotPublished")
            assert routes(page) == ["DELETE/articles/{id}"], routes(page)
            expect(shown).to_have_text(f"1 of {len(everything)} routes")
            page.get_by_role("button", name="Reset").click()
            expect(shown).to_have_text(f"{len(everything)} routes")
            page.get_by_label("Method").select_option("POST")
            assert routes(page) == ["POST/login", "POST/staff"], routes(page)
            page.get_by_label("State").select_option("public")
            assert routes(page) == ["POST/login"], routes(page)
            page.get_by_label("Search").fill("nothing is like this")
            expect(page.get_by_text("No matching routes.")).to_be_visible()
            page.get_by_role("button", name="Reset").click()

            # The verdicts of a caller.
            caller = page.get_by_label("Caller")
            caller.select_option("role:author")
            by_route = dict(zip(routes(page), verdicts(page), strict=True))
            assert by_route["GET/articles/{id}"] == "allowed", by_route
            assert by_route["DELETE/articles/{id}"] == "denied", by_route
            assert by_route["PUT/articles/{id}"].startswith("allowed if the credential"), by_route
            expect(shown).to_contain_text("role author: ")
            page.get_by_label("Show").select_option("0")
            assert set(verdicts(page)) == {"denied"}, verdicts(page)
            caller.select_option("anonymous")
            page.get_by_label("Show").select_option("can")
            assert "POST/login" in routes(page) and "GET/me" not in routes(page), routes(page)

            # The address contains the filters, and a role links to its verdicts.
            again = context.new_page()
            again.goto(page.url)
            assert routes(again) == routes(page)
            page.get_by_role("button", name="Reset").click()
            page.get_by_role("link", name="role:chief").click()
            expect(caller).to_have_value("role:chief")
            expect(page.get_by_role("columnheader", name="Allowed?")).to_be_visible()
            page.keyboard.press("Escape")
            page.evaluate("document.activeElement.blur()")
            page.keyboard.press("/")
            expect(page.get_by_label("Search")).to_be_focused()

            # The policy blocks other scripts and requests.
            page.evaluate("document.body.append(Object.assign(document.createElement('script'), { text: 'window.ran = 1' }))")
            assert page.evaluate("window.ran") is None
            told = [text for text in told if "Content Security Policy" not in text]
            assert told == [] and all(url.startswith("file:") for url in asked), (told, asked)

            # The table is complete without scripts and on a small screen.
            for options in [{"java_script_enabled": False}, {"viewport": {"width": 360, "height": 800}}]:
                plain = browser.new_context(**options).new_page()
                plain.goto(address)
                assert routes(plain) == everything, routes(plain)
                assert plain.locator("#filters").is_visible() == options.get("java_script_enabled", True)
            assert plain.evaluate("document.documentElement.scrollWidth") <= 360
            # Screen readers see a table on a small screen, too.
            assert plain.get_by_role("row").count() > len(everything)

            backgrounds = set()
            for scheme in ["light", "dark"]:
                coloured = browser.new_context(color_scheme=scheme).new_page()
                coloured.goto(address)
                backgrounds.add(coloured.evaluate("getComputedStyle(document.body).backgroundColor"))
            assert len(backgrounds) == 2, backgrounds
        finally:
            browser.close()


main(*sys.argv[1:])
