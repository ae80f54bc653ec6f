"""Drives Chromium: `browser.py SCENARIO URL`, with the name of a function below. Exits with an error if a step fails."""

import http.server
import os
import sys
import threading
import urllib.parse
from contextlib import contextmanager

from playwright.sync_api import Error, expect, sync_playwright


@contextmanager
def page_of(browser, **options):
    context = browser.new_context(locale="en-US", **options)
    context.set_default_timeout(20_000)
    try:
        yield context.new_page()
    finally:
        context.close()


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


def remembered(browser, base):
    """Basic or Digest, through the browser's own dialog: what the user types there, any letters."""
    for name, password, path, status in [
        ("reader", "wonderland", "/me", 200),
        ("reader", "wonderland", "/admin", 403),
        ("chief", "пароль:42", "/admin", 200),
    ]:
        with page_of(browser, http_credentials={"username": name, "password": password}) as page:
            answer = page.goto(base + path)
            assert answer.status == status, (name, path, answer.status)
            if status == 403:
                expect(page.locator("h1")).to_have_text("Forbidden")
    with page_of(browser) as page:
        # Nobody is there to answer the dialog.
        try:
            page.goto(base + "/me")
            raise AssertionError("no dialog was opened")
        except Error as error:
            assert "ERR_INVALID_AUTH_CREDENTIALS" in str(error), error
    with page_of(browser) as page:
        page.goto(base + "/health")
        # A script is told 401 and no dialog comes up, which would leave it waiting.
        told = page.evaluate("fetch('/me').then(answer => [answer.status, answer.headers.get('www-authenticate')])")
        assert told[0] == 401 and told[1].startswith("X-"), told


def sign_in(page, name, password):
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", password)
    page.click("form button")


def session(browser, base):
    with page_of(browser) as page:
        page.goto(base + "/admin?from=mail")
        assert page.url == base + "/login?return_to=/admin%3Ffrom%3Dmail", page.url
        with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
            sign_in(page, "chief", "wrong")
        assert answer.value.status == 401, answer.value.status
        expect(page.locator("input[name=password]")).to_be_visible()
        sign_in(page, "chief", "пароль:42")
        page.wait_for_url(base + "/admin?from=mail")
        cookies = [cookie for cookie in page.context.cookies() if cookie["name"].startswith("__Host-")]
        assert len(cookies) == 1, page.context.cookies()
        (cookie,) = cookies
        assert cookie["httpOnly"] and cookie["secure"] and cookie["sameSite"] == "Lax", cookie
        assert page.evaluate("document.cookie") == ""

        # Another tab is signed in, too.
        tab = page.context.new_page()
        assert tab.goto(base + "/me").status == 200

        # A page of another site cannot sign him out.
        form = f'<form method="post" action="{base}/logout"></form><script>document.forms[0].submit()</script>'
        with another_site(form) as evil:
            with tab.expect_response(base + "/logout") as answer:
                tab.goto(evil)
            assert answer.value.status in (401, 403), answer.value.status
        assert page.goto(base + "/me").status == 200

        page.goto(base + "/")
        page.click("button:has-text('Sign out')")
        page.wait_for_load_state()
        page.goto(base + "/me")
        assert page.url.startswith(base + "/login?"), page.url

    with page_of(browser) as page:
        page.goto(base + "/login")
        sign_in(page, "reader", "wonderland")
        page.wait_for_url(base + "/")
        # He is known, and so is not sent to the login page.
        answer = page.goto(base + "/admin")
        assert (answer.status, page.url) == (403, base + "/admin"), (answer.status, page.url)
        expect(page.locator("h1")).to_have_text("Forbidden")
        page.emulate_media(color_scheme="dark")
        background = page.evaluate("getComputedStyle(document.documentElement).colorScheme")
        assert "dark" in background, background


def cross_site_form(browser, base):
    """A site's form that is sent with a password that the browser remembers."""
    form = f'<form method="post" action="{base}/notes"></form><script>document.forms[0].submit()</script>'
    with page_of(browser, http_credentials={"username": "reader", "password": "wonderland"}) as page:
        assert page.goto(base + "/me").status == 200
        with another_site(form) as evil:
            with page.expect_response(base + "/notes") as answer:
                page.goto(evil)
            assert answer.value.status == 403, answer.value.status
        told = page.evaluate("document.body.innerText")
        assert "cross_site" in told, told


def cors(browser, base):
    """A script of another origin reads the denial, and what it is told to do."""
    with page_of(browser) as page, another_site("<title>another</title>") as other:
        page.goto(other)
        ask = """async url => {
            const answer = await fetch(url + '/me', { headers: { 'x-api-key': 'wrong' } });
            return [answer.status, (await answer.json()).reason, answer.headers.get('www-authenticate')];
        }"""
        told = page.evaluate(ask, base)
        assert told[:2] == [401, "credentials_rejected"], told
        assert told[2], told
        credentialed = "url => fetch(url + '/me', { credentials: 'include' }).then(answer => answer.status)"
        assert page.evaluate(credentialed, base) == 401


def redirects(context, url, end):
    """Follows redirects with the cookies of a browser, up to an address with this start."""
    while not url.startswith(end):
        answer = context.request.get(url, max_redirects=0)
        assert answer.status in (302, 303), (url, answer.status)
        url = urllib.parse.urljoin(url, answer.headers["location"])
    return url


def login_by_provider(browser, base):
    with page_of(browser) as page:
        answer = page.goto(base + "/me?page=2")
        assert (answer.status, page.url) == (200, base + "/me?page=2"), (answer.status, page.url)
        assert answer.text() == "ada - true", answer.text()
        cookies = [cookie for cookie in page.context.cookies(base) if cookie["name"].startswith("__Host-")]
        assert [cookie["name"] for cookie in cookies] == ["__Host-session"], cookies
        assert all(cookie["httpOnly"] and cookie["secure"] and cookie["sameSite"] == "Lax" for cookie in cookies)
        assert page.evaluate("document.cookie") == ""

        # Step-up by the requirement of the route.
        answer = page.goto(base + "/strong")
        assert (answer.status, page.url) == (200, base + "/strong"), (answer.status, page.url)

    with page_of(browser) as page:
        # Two tabs start a login. The second one finishes first.
        started = [redirects(page.context, f"{base}/login?return_to=/me%3Ftab={tab}", "http://127") for tab in "12"]
        for tab, url in [("2", started[1]), ("1", started[0])]:
            answer = page.context.new_page().goto(url)
            assert (answer.url, answer.text()) == (f"{base}/me?tab={tab}", "ada - true"), (answer.url, answer.text())

        # A login of another browser.
        with page_of(browser) as attacker:
            url = redirects(attacker.context, base + "/login?login_hint=eve", base + "/callback")
        with another_site(f'<script>location.href = "{url}"</script>') as evil:
            with page.expect_response("**/callback*") as answer:
                page.goto(evil.replace("localhost", "127.0.0.1"))
            assert answer.value.status == 401, answer.value.status
        assert page.goto(base + "/me").text() == "ada - true"

        # A page of another site cannot sign the user out.
        form = f'<form method="post" action="{base}/logout"></form><script>document.forms[0].submit()</script>'
        with another_site(form) as evil:
            with page.expect_response(base + "/logout") as answer:
                page.goto(evil.replace("localhost", "127.0.0.1"))
            assert answer.value.status == 403, answer.value.status

        page.goto(base + "/account")
        page.click("button:has-text('Sign out')")
        page.click("button[name=logout]")
        page.wait_for_url(base + "/")
        answer = page.goto(base + "/login?prompt=none")
        assert answer.status == 401, "the session of the provider has ended as well"
        expect(page.locator("a[href^='/login']")).to_be_visible()


def login_by_form(browser, base):
    with page_of(browser) as page:
        with page.expect_request(base + "/callback") as request:
            page.goto(base + "/me?page=2")
        fields = request.value.all_headers()
        assert request.value.method == "POST", request.value.method
        assert fields["sec-fetch-site"] == "cross-site", fields
        assert "__Host-login-" in fields["cookie"], fields
        page.wait_for_url(base + "/me?page=2")
        assert page.text_content("body") == "ada - true", page.content()
        # A second login in the same browser.
        page.goto(base + "/login?return_to=/account")
        page.wait_for_url(base + "/account")
        expect(page.locator("h1")).to_have_text("ada")


def main(scenario, base):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("AUTHGATE_CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        try:
            globals()[scenario](browser, base)
        finally:
            browser.close()


main(*sys.argv[1:])
