"""Walks through the application with Chromium, without JavaScript: `walk.py URL PASSWORD FOLDER`.

Writes a screenshot of each page into the folder, wide, narrow and dark. Exits with an error if a step fails.
"""

import http.server
import os
import pathlib
import re
import sys
import threading
from contextlib import contextmanager

from playwright.sync_api import expect, sync_playwright


@contextmanager
def another_site(body):
    """A page of another site than 127.0.0.1."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}/"
    finally:
        server.shutdown()


class Walk:
    def __init__(self, browser, base, password, folder):
        self.browser, self.base, self.password, self.folder = browser, base, password, folder
        self.number = 0

    def context(self, **options):
        context = self.browser.new_context(locale="en-US", java_script_enabled=False, **options)
        context.set_default_timeout(20_000)
        return context

    def shot(self, page, name):
        """Takes pictures, and checks that no page is wider than the screen."""
        self.number += 1
        for kind, width, scheme in [("wide", 1200, "light"), ("narrow", 360, "light"), ("dark", 1200, "dark")]:
            page.set_viewport_size({"width": width, "height": 760})
            page.emulate_media(color_scheme=scheme)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (name, kind, wide)
            page.screenshot(path=self.folder / f"{self.number:02}-{name}-{kind}.png", full_page=True)
        page.set_viewport_size({"width": 1200, "height": 760})
        unlabelled = page.evaluate(
            "[...document.querySelectorAll('input:not([type=hidden]), select, textarea')]"
            ".filter(field => field.labels.length === 0).map(field => field.name)"
        )
        assert unlabelled == [], (name, unlabelled)
        assert page.locator("h1").count() == 1, name

    def sign_in(self, page, name):
        page.get_by_label("E-mail address").fill(f"{name}@example.com")
        page.get_by_label("Password").fill(self.password)
        page.get_by_role("main").get_by_role("button").click()

    def owner(self):
        page = self.context().new_page()
        page.goto(self.base + "/")
        self.shot(page, "welcome")
        page.goto(self.base + "/orgs/acme/members")
        assert page.url == self.base + "/login?return_to=/orgs/acme/members", page.url
        self.shot(page, "login")
        page.get_by_label("E-mail address").fill("ada@example.com")
        page.get_by_label("Password").fill("wrong")
        page.get_by_label("Keep me signed in").check()
        page.get_by_role("main").get_by_role("button").click()
        expect(page.get_by_role("alert")).to_contain_text("wrong")
        self.shot(page, "wrong-password")
        self.sign_in(page, "ada")
        expect(page).to_have_url(self.base + "/orgs/acme/members")
        self.shot(page, "members")

        page.get_by_role("link", name="Organizations").click()
        self.shot(page, "organizations")
        page.get_by_label("Name").fill("Charles & Company")
        page.get_by_role("button", name="Create").click()
        self.shot(page, "empty")
        page.get_by_role("link", name="New document").click()
        page.get_by_label("Title").fill("Difference engine")
        page.get_by_label("Text").fill("Columns:\n\n1. Digits\n2. Carry\n\n<script>alert(1)</script>")
        self.shot(page, "form")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_have_text("Created.")
        page.get_by_role("link", name="Members").click()
        page.get_by_label("E-mail address").fill("vera@example.com")
        page.get_by_role("button", name="Add").click()
        expect(page.get_by_text("Vera Rubin", exact=True)).to_be_visible()
        page.get_by_role("link", name="Documents").click()
        page.get_by_role("link", name="Difference engine").click()
        page.get_by_label("E-mail address of a member").fill("nobody@example.com")
        page.get_by_role("button", name="Share").click()
        expect(page.get_by_role("alert")).to_be_visible()
        page.get_by_label("E-mail address of a member").fill("vera@example.com")
        page.get_by_role("button", name="Share", exact=True).click()
        expect(page.get_by_role("status")).to_have_text("Shared.")
        self.shot(page, "document")
        return page

    def keys(self, page):
        page.get_by_role("link", name="API keys").click()
        page.get_by_role("link", name="New key").click()
        page.get_by_role("button", name="Create").click()
        # The browser does not send the form without a name.
        page.get_by_label("Name").fill("Nightly export")
        page.get_by_role("button", name="Create").click()
        expect(page.get_by_role("alert")).to_contain_text("Choose what")
        self.shot(page, "new-key")
        page.get_by_label("Read open documents").check()
        page.get_by_role("button", name="Create").click()
        expect(page.locator("code.secret")).to_have_text(re.compile("^workspace_"))
        self.shot(page, "key")
        page.get_by_role("link", name="I have copied it").click()
        self.shot(page, "keys")
        page.get_by_role("button", name="Revoke Nightly export").click()
        expect(page.get_by_text("Revoked", exact=True)).to_be_visible()

    def viewer(self, owner):
        page = self.context().new_page()
        page.goto(self.base + "/login")
        self.sign_in(page, "vera")
        page.get_by_role("link", name="Charles & Company").click()
        page.get_by_role("link", name="Difference engine").click()
        expect(page.get_by_role("button", name="Delete")).to_have_count(0)
        expect(page.get_by_role("link", name="API keys")).to_have_count(0)
        answer = page.goto(page.url + "/edit")
        assert answer.status == 403, answer.status
        self.shot(page, "forbidden")
        answer = page.goto(self.base + "/orgs/globex")
        assert answer.status == 404, answer.status
        self.shot(page, "not-found")

        # A page of another site submits a form with the cookies of this browser, which runs scripts.
        context = self.browser.new_context(storage_state=owner.context.storage_state())
        evil = context.new_page()
        form = f'<form method="post" action="{self.base}/logout"></form><script>document.forms[0].submit()</script>'
        with another_site(form) as address, evil.expect_response(self.base + "/logout") as answer:
            evil.goto(address)
        assert answer.value.status == 403, answer.value.status
        assert owner.goto(self.base + "/").status == 200
        expect(owner.get_by_text("Ada Lovelace")).to_be_visible()
        context.close()

    def provider(self):
        page = self.context().new_page()
        page.goto(self.base + "/orgs/globex")
        page.get_by_role("link", name="Sign in with your provider").click()
        expect(page.get_by_role("heading", name="Demo provider")).to_be_visible()
        page.get_by_label("E-mail address").fill("grace@example.com")
        page.get_by_label("Password").fill(self.password)
        page.get_by_role("button", name="Continue").click()
        expect(page).to_have_url(self.base + "/orgs/globex")
        expect(page.get_by_text("Grace Hopper").first).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(self.base + "/login")
        page.goto(self.base + "/orgs/globex")
        assert page.url.startswith(self.base + "/login?"), page.url

    def end(self, page):
        page.goto(self.base + "/")
        page.get_by_role("link", name="Charles & Company").click()
        page.get_by_role("link", name="Audit trail").click()
        # Written in the background.
        while page.get_by_text("share a document").count() == 0 or page.get_by_text("denied").count() == 0:
            page.reload()
        self.shot(page, "audit")
        page.get_by_role("link", name="Settings").click()
        self.shot(page, "settings")
        page.get_by_role("link", name="Delete…").click()
        page.get_by_label("Write the name").fill("Charles & Company")
        self.shot(page, "delete")
        page.get_by_role("button", name="Delete forever").click()
        expect(page).to_have_url(self.base + "/")
        expect(page.get_by_text("Charles & Company")).to_have_count(0)
        page.get_by_role("button", name="Sign out").click()
        page.goto(self.base + "/orgs/acme")
        assert page.url.startswith(self.base + "/login?"), page.url

    def staff(self):
        page = self.context().new_page()
        page.goto(self.base + "/admin")
        self.sign_in(page, "sam")
        expect(page).to_have_url(self.base + "/admin")
        self.shot(page, "users")
        page.get_by_role("link", name="Audit trail").click()
        self.shot(page, "all-audit")
        page.goto(self.base + "/login?reason=step_up_required&max_age=300&return_to=/admin")
        self.shot(page, "step-up")
        # The page of the access rules is generated by authgate.
        page.goto(self.base + "/admin/access")
        expect(page.get_by_text("/orgs/{org}/members").first).to_be_visible()


def main(base, password, folder):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("AUTHGATE_CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        try:
            walk = Walk(browser, base, password, pathlib.Path(folder))
            owner = walk.owner()
            walk.keys(owner)
            walk.viewer(owner)
            walk.provider()
            walk.end(owner)
            walk.staff()
        finally:
            browser.close()


main(*sys.argv[1:])
