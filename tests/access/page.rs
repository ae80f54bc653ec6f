#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests")]

use authgate::access::document::Document;
use authgate::access::lock::Lock;
use authgate::access::page::Page;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::newsroom::newsroom;

fn lock(lines: &str) -> Lock {
    Lock::parse(&format!("access.lock v1\n{lines}")).unwrap()
}

/// Returns what the page says about each caller: an anonymous caller, an authenticated caller, and
/// each role.
fn verdicts(html: &str) -> Vec<Vec<String>> {
    let (_, data) = html.split_once("<script type=\"application/json\" id=\"verdicts\">").unwrap();
    let data: Value = serde_json::from_str(data.split_once("</script>").unwrap().0).unwrap();
    let name = |code: &Value| match code.as_u64().unwrap() {
        0 => "may not".to_owned(),
        1 => "may".to_owned(),
        at => format!("if {}", data["words"][usize::try_from(at).unwrap() - 2].as_str().unwrap()),
    };
    let callers = data["may"].as_array().unwrap().iter();
    callers.map(|may| may.as_array().unwrap().iter().map(name).collect()).collect()
}

#[test]
fn page_shows_the_routes_and_conditions_of_each_role() {
    let lock = lock(
        "role viewer\nrole editor > viewer grants write\nrole admin > editor\nscope s\npermission write\nfactor otp\n\
         GET / public \"x\"\n\
         GET /a ungated \"x\"\n\
         GET /b authenticated User\n\
         GET /c role:viewer\n\
         GET /d role:editor & scope:s & fresh:300s\n\
         GET /e role:admin | policy:P on T\n\
         GET /f permission:write\n\
         GET /g !role:admin\n\
         GET /h role:editor in Org\n\
         GET /i role:viewer & (factor:otp | acr:gold) & !scheme:Basic\n",
    );
    let ungated = "if the ungated router behind the path allows the caller";
    let policy = "if P allows access to that T";
    let strong =
        "if not the caller is authenticated by Basic and (the login used otp or the login is of class gold)";
    let [anybody, identity, viewer, editor, admin] =
        <[_; 5]>::try_from(verdicts(&Document::of_lock(&lock).to_html())).unwrap();
    let not = "may not";
    assert_eq!(anybody, ["may", ungated, not, not, not, not, not, not, not, not]);
    assert_eq!(identity, ["may", ungated, "may", not, not, policy, not, "may", not, not]);
    assert_eq!(viewer, ["may", ungated, "may", "may", not, policy, not, "may", not, strong]);
    let asked = "if the credential has the scope s and the login is not older than 5 min";
    let held = "if the caller has the role editor in that Org";
    assert_eq!(editor, ["may", ungated, "may", "may", asked, policy, "may", "may", held, strong]);
    assert_eq!(admin, ["may", ungated, "may", "may", asked, "may", "may", not, held, strong]);
}

#[test]
fn waived_gate_requirement_applies_to_the_other_routes() {
    let lock = lock(
        "role admin\nGET /a role:admin\nGET /b authenticated User\nGET /c role:admin & waived(state:active) \"paying\"\n",
    );
    let verdicts = verdicts(&Document::of_lock(&lock).to_html());
    assert_eq!(verdicts[1], ["may not", "if state active holds", "may not"]);
    assert_eq!(verdicts[2], ["if state active holds", "if state active holds", "may"]);
}

#[test]
fn scope_limited_permission_depends_on_the_credential() {
    let lock = lock("role r grants p\nscope s allows p\npermission p\nGET /a permission:p\n");
    assert_eq!(verdicts(&Document::of_lock(&lock).to_html())[2], ["if the credential allows p"]);
}

#[test]
fn condition_names_the_principal_type_if_there_are_several() {
    let lock = lock("role r\nGET /a authenticated User\nGET /b plan:pro as Service\nGET /c role:r as User\n");
    let verdicts = verdicts(&Document::of_lock(&lock).to_html());
    assert_eq!(
        verdicts[2],
        ["if the caller is a User", "if the caller is a Service, and plan pro holds", "may"]
    );
}

#[test]
fn every_route_is_in_the_html_without_running_the_script() {
    let document = newsroom().access().document();
    let html = document.to_html();
    assert_eq!(html, newsroom().access().document().to_html());
    let body = html.split_once("<tbody").unwrap().1.split_once("</tbody>").unwrap().0;
    assert_eq!(body.matches("<tr ").count(), document.routes.len());
    for expected in [
        "<code class=\"path\"><wbr>/articles<wbr>/<var>{id}</var></code>",
        "<code class=\"token role\"><i>role:</i>chief</code> <b>and</b> <code class=\"token fresh\"><i>fresh:</i>5 min</code>",
        "<span class=\"state\">public</span> <q class=\"reason\">signing in</q>",
        ">conceal</span>",
        "newsroom::<wbr>withdraw",
        "access/newsroom.rs:",
    ] {
        assert!(body.contains(expected), "{expected}\n{body}");
    }
}

/// Text that would inject a script if the page did not escape it.
const HOSTILE: &str = "</script><script>alert(1)</script><img src=x onerror='alert(1)'>\"&<!--";

#[test]
fn text_of_the_table_is_escaped_in_the_page() {
    let mut document = newsroom().access().document();
    for route in &mut document.routes {
        route.path += HOSTILE;
        route.handler = HOSTILE.to_owned();
        route.source.file = HOSTILE.to_owned();
        route.principal = route.principal.as_ref().map(|_| HOSTILE.to_owned());
    }
    for right in &mut document.rights {
        right.name += HOSTILE;
    }
    let honest = newsroom().access().document();
    let lock = format!("{}GET /x public {HOSTILE:?}\n", "access.lock v1\nrole \"</script><b>\"\n");
    let of_lock = Document::of_lock(&Lock::parse(&lock).unwrap());
    for (document, honest) in [(&document, &honest), (&of_lock, &of_lock)] {
        let link = "https://example.com/{file}#L{line}";
        let html = Page::new(document).title(HOSTILE).source_link(link).unwrap().to_html();
        let scripts = honest.to_html().matches("<script").count();
        assert_eq!(html.matches("<script").count(), scripts);
        assert_eq!(html.matches("</script").count(), scripts);
        assert!(!html.contains("<img") && !html.contains("<!--") && !html.contains("<b>\""));
        assert!(!html.contains("onerror='"));
    }
}

#[test]
fn source_link_must_be_a_web_url() {
    let document = newsroom().access().document();
    let page = || Page::new(&document);
    let html = page().source_link("https://example.com/a/{file}?plain=1#L{line}").unwrap().to_html();
    assert!(html.contains("href=\"https://example.com/a/tests/access/newsroom.rs?plain=1#L"), "{html}");
    for (refused, why) in [
        ("javascript:alert('{file}')", "is not a web address"),
        ("JavaScript://x/{file}", "is not a web address"),
        ("data:text/html,{file}", "is not a web address"),
        ("//example.com/{file}", "is not a web address"),
        ("https://{file}", "is not a web address"),
        ("https:///{file}", "is not a web address"),
        ("https://a@{file}/", "is not a web address"),
        ("https://example.com/\n{file}", "is not a web address"),
        ("https://example.com/", "has no `{file}`"),
    ] {
        let error = page().source_link(refused).unwrap_err().to_string();
        assert!(error.contains(why), "{refused}: {error}");
    }
}

#[test]
fn page_loads_nothing_and_has_a_content_security_policy() {
    let html = newsroom().access().document().to_html();
    let policy = html.find("http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';").unwrap();
    assert!(policy < html.find("<style").unwrap());
    for loading in ["src=", "@import", "url(", "fetch(", "XMLHttpRequest", "<link"] {
        let head = html.replace("style-src=", "");
        assert!(!head.contains(loading), "{loading}");
    }
}

#[test]
fn content_security_policy_allows_the_inline_style_and_script() {
    let html = newsroom().access().document().to_html();
    for (directive, start, end) in
        [("style-src", "<style>", "</style>"), ("script-src", "<script>", "</script>")]
    {
        let (_, text) = html.split_once(start).unwrap();
        let (text, _) = text.split_once(end).unwrap();
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
        let allowed = format!("{directive} 'sha256-{}'", STANDARD.encode(digest));
        assert!(html.contains(&allowed), "{allowed}");
    }
}
