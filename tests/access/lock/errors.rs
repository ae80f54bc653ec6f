//! Invalid locks and their error messages.

use authgate::access::lock::Lock;

/// Returns a lock whose sixth and last line is this one.
fn with(line: &str) -> String {
    format!(
        "access.lock v1\nrole viewer\nrole editor > viewer\nscope read\nGET     /a                       role:viewer\n{line}\n"
    )
}

#[track_caller]
fn assert_error(text: &str, expected: &str) {
    let error = Lock::parse(text).map(|lock| lock.to_string()).expect_err(text);
    assert_eq!(error.to_string(), expected, "{text:?}");
}

#[test]
fn a_file_that_is_no_lock_or_not_a_whole_one_is_told() {
    for (text, expected) in [
        (
            "",
            "line 1, column 1: there is nothing in it, and the first line of a lock is `access.lock v1`: write it with \
             AUTHGATE_BLESS=overwrite",
        ),
        (
            "\n# a comment\n\n",
            "line 1, column 1: there is nothing in it, and the first line of a lock is `access.lock v1`: write it with \
             AUTHGATE_BLESS=overwrite",
        ),
        (
            "role admin\n",
            "line 1, column 1: no access lock begins like this: the first line is `access.lock v1`",
        ),
        (
            "access.lock v2\nrole admin iff tuesday\r\n",
            "line 1, column 1: this lock is of version 2, and this authgate reads version 1: read it with the authgate that \
             wrote it, or write it anew with AUTHGATE_BLESS=overwrite",
        ),
        (
            "access.lock v1.5 # soon\n",
            "line 1, column 1: this lock is of version 1.5, and this authgate reads version 1: read it with the authgate that \
             wrote it, or write it anew with AUTHGATE_BLESS=overwrite",
        ),
        (
            "access.lock v\n",
            "line 1, column 1: no access lock begins like this: the first line is `access.lock v1`",
        ),
        (
            "access.lock v1\nGET     /a                       publ",
            "line 2, column 38: the file is cut off in this line, which does not end with a line break: take the whole file \
             from version control, or end the line if it is whole",
        ),
        (
            "access.lock v1\nGET     /a                       public \"a\n",
            "line 2, column 41: these quotes are not closed in the line: put a `\"` where the text ends",
        ),
        (
            "\u{feff}access.lock v1\n",
            "line 1, column 1: the file begins with a byte order mark: save it as UTF-8 without one",
        ),
        (
            "access.lock v1\r\nrole admin\r\n",
            "line 1, column 15: the line ends with CR LF: save the file with LF alone (`access.lock text eol=lf` in \
             .gitattributes keeps it so)",
        ),
    ] {
        assert_error(text, expected);
    }
}

#[test]
fn a_tenant_is_canonical_or_not_there() {
    for (line, expected) in [
        ("tenant Org", "line 6, column 11: the line ends here, where `canonical` should be"),
        ("tenant", "line 6, column 7: the line ends here, where the name of a type should be"),
        ("tenant Org exact", "line 6, column 12: `exact` is here, where `canonical` should be"),
        (
            "tenant Org canonical > viewer",
            "line 6, column 22: `>` is here, where the end of the line should be",
        ),
        (
            "tenant A canonical\ntenant A canonical",
            "line 7, column 1: `tenant A` is on line 6 already: keep the line that is meant",
        ),
    ] {
        assert_error(&with(line), expected);
    }
}

#[test]
fn a_merge_conflict_is_told_wherever_it_begins() {
    let expected = "a merge conflict was left here: keep the lines that are meant and take the marks out, or write the lock \
                    anew with AUTHGATE_BLESS=overwrite and review it";
    for mark in ["<<<<<<< HEAD", "||||||| base", "=======", ">>>>>>> other"] {
        assert_error(&with(mark), &format!("line 6, column 1: {expected}"));
    }
}

#[test]
fn what_is_not_seen_is_told() {
    for (line, expected) in [
        ("GET\t/b public \"x\"", "column 4: there is a tab here: put spaces in its place"),
        (
            "GET /b public \"x\u{1b}[2K\"",
            "column 17: there is a control character here, U+001B: take it out, or write it as `\\u{1b}` in quotes",
        ),
        (
            "role b\u{202e}a # \u{2066}",
            "column 7: there is a character here that is not seen and changes what is, U+202E: take it out, or write it as \
             `\\u{202e}` in quotes",
        ),
        (
            "# role:admin\u{2028}GET /b",
            "column 13: there is a character here that is not seen and changes what is, U+2028: take it out, or write it as \
             `\\u{2028}` in quotes",
        ),
    ] {
        assert_error(&with(line), &format!("line 6, {expected}"));
    }
}

#[test]
fn a_line_that_is_there_twice_is_told_with_the_first() {
    for (line, expected) in [
        ("role viewer", "`role viewer` is on line 2 already: keep the line that is meant"),
        ("scope \"read\" # mine", "`scope read` is on line 4 already: keep the line that is meant"),
        ("GET /a public \"open\"", "`GET /a` is on line 5 already: keep the line that is meant"),
        (
            "GET /{x} role:viewer\nGET /{y} role:editor",
            "`GET /{y}` is on line 6, as `GET /{x}`, and what a parameter is called makes no difference: keep the line that is \
             meant",
        ),
    ] {
        let number = if line.contains('\n') { 7 } else { 6 };
        assert_error(&with(line), &format!("line {number}, column 1: {expected}"));
    }
}

#[test]
fn a_name_that_nothing_declares_is_told_with_those_that_are() {
    for (line, expected) in [
        (
            "GET /b role:admin",
            "column 13: no role is called `admin`, the roles are `viewer`, `editor`: name one of those, or declare it in a line \
             `role admin`",
        ),
        (
            "GET /b role:viewer & scope:write",
            "column 28: no scope is called `write`, the only scope is `read`: name one of those, or declare it in a line \
             `scope write`",
        ),
        (
            "GET /b waived(permission:\"a b\") \"why\"",
            "column 26: no permission is called `a b`, there is no line `permission ..`: declare it in a line \
             `permission \"a b\"`",
        ),
        (
            "GET /b factor:otp",
            "column 15: no factor is called `otp`, there is no line `factor ..`: declare it in a line `factor otp`",
        ),
        (
            "role admin > editor, owner",
            "column 22: no role is called `owner`, the roles are `viewer`, `editor`, `admin`: name one of those, or declare it \
             in a line `role owner`",
        ),
        (
            "role admin grants purge",
            "column 19: no permission is called `purge`, there is no line `permission ..`: declare it in a line \
             `permission purge`",
        ),
        (
            "scope all allows purge",
            "column 18: no permission is called `purge`, there is no line `permission ..`: declare it in a line \
             `permission purge`",
        ),
    ] {
        assert_error(&with(line), &format!("line 6, {expected}"));
    }
    let many: String = (0..40).map(|at| format!("role r{at}\n")).collect();
    assert_error(
        &format!("access.lock v1\n{many}GET / role:x\n"),
        "line 42, column 12: no role is called `x`, the roles are `r0`, `r1`, `r2`, `r3`, `r4`, `r5`, `r6`, `r7`, `r8`, `r9`, \
         `r10`, `r11` and 28 more: name one of those, or declare it in a line `role x`",
    );
}

#[test]
fn rejects_cyclic_hierarchies() {
    for (lines, expected) in [
        ("role a > b\nrole b > a", "line 3, column 10: the hierarchy of roles has a cycle, `a > b > a`"),
        ("role a > a", "line 2, column 10: the hierarchy of roles has a cycle, `a > a`"),
        (
            "role a > x, b # the first\nrole b > x, c\nrole c > x, b\nrole x",
            "line 4, column 13: the hierarchy of roles has a cycle, `b > c > b`",
        ),
        (
            "scope s > \"t u\" allows p\npermission p > q\nscope \"t u\"\npermission q > r\npermission r > p",
            "line 6, column 16: the hierarchy of permissions has a cycle, `p > q > r > p`",
        ),
        (
            "factor f > g\nfactor g > f",
            "line 3, column 12: the hierarchy of factors has a cycle, `f > g > f`",
        ),
    ] {
        let expected = format!("{expected}: remove one of the implications");
        assert_error(&format!("access.lock v1\n{lines}\n"), &expected);
    }
    // The same name in two kinds, and two ways to one right, are not cycles.
    let fine = "role a > b, c\nrole b > c\nrole c\nscope c > a\nscope a\npermission p > q\npermission q\n";
    assert!(Lock::parse(&format!("access.lock v1\n{fine}")).is_ok());
    let chain: String = (0..100_000).map(|at| format!("role r{at} > r{}\n", at + 1)).collect();
    assert!(Lock::parse(&format!("access.lock v1\n{chain}role r100000\n")).is_ok());
    assert_error(
        &format!("access.lock v1\n{chain}role r100000 > r0\n"),
        "line 100002, column 16: the hierarchy of roles has a cycle, `r0 > r1 > r2 > r3 > r4 > r5 > r6 > r7 > r8 > r9 > r10 > r11 > \
         .. (99990 more)`: remove one of the implications",
    );
}

#[test]
fn a_line_that_is_none_is_told_where_it_goes_wrong() {
    let rule = "`&`, `|`, `as`, `conceal` or the end of the line";
    let who = "who may call: `public \"why\"`, `authenticated User`, or a right such as `role:admin`";
    for (line, expected) in [
        (
            "FETCH /b public \"x\"",
            "column 1: `FETCH` is no method, and no kind of right: a line begins with `role`, `scope`, `permission`, \
             `factor` or `tenant`, or with `GET`, `PUT` or their like"
                .to_owned(),
        ),
        ("get /b public \"x\"", "column 1: methods are written in capitals: `GET`".to_owned()),
        ("  get /b public \"x\"", "column 3: methods are written in capitals: `GET`".to_owned()),
        ("role", "column 5: the line ends here, where a name should be".to_owned()),
        ("role admin <", "column 12: `<` is here, where `>`, `grants`, `allows` or the end of the line should be".to_owned()),
        ("role admin >", "column 13: the line ends here, where the name of a role should be".to_owned()),
        ("role admin > viewer,", "column 21: the line ends here, where the name of a role should be".to_owned()),
        ("scope b allows", "column 15: the line ends here, where the name of a permission should be".to_owned()),
        ("GET", "column 4: the line ends here, where a path, such as `/reports/{id}`, should be".to_owned()),
        ("GET b public \"x\"", "column 5: `b` is here, where a path, such as `/reports/{id}`, should be".to_owned()),
        ("GET \"b c\" public \"x\"", "column 5: `\"b` is here, where a path, such as `/reports/{id}`, should be".to_owned()),
        (
            "GET /b/{id public \"x\"",
            "column 5: a parameter in this path has no end: write `/reports/{id}`, with both braces".to_owned(),
        ),
        (
            "GET /b/id} public \"x\"",
            "column 5: there is a `}` in this path without its `{`: write `/reports/{id}`, with both braces".to_owned(),
        ),
        ("GET /b", format!("column 7: the line ends here, where {who} should be")),
        ("GET /b admin", format!("column 8: `admin` is here, where {who} should be")),
        ("GET /b role:", "column 13: the line ends here, where the name of a role should be".to_owned()),
        ("GET /b role:editor role:viewer", format!("column 20: `role:viewer` is here, where {rule} should be")),
        ("GET /b role:editor && role:viewer", format!("column 21: `&` is here, where {who} should be")),
        ("GET /b role:editor hidden", format!("column 20: `hidden` is here, where {rule} should be")),
        (
            "GET /b role:editor as User hide",
            "column 28: `hide` is here, where `conceal` or the end of the line should be".to_owned(),
        ),
        (
            "GET /b role:editor conceal as User",
            "column 28: `as` is here, where the end of the line should be".to_owned(),
        ),
        ("GET /b role:editor as", "column 22: the line ends here, where the name of a type should be".to_owned()),
        ("GET /b (role:editor", "column 20: the line ends here, where `)` should be".to_owned()),
        ("GET /b role:editor)", format!("column 19: `)` is here, where {rule} should be")),
        ("GET /b !", format!("column 9: the line ends here, where {who} should be")),
        ("GET /b public", "column 14: the line ends here, where the reason, in double quotes, should be".to_owned()),
        ("GET /b public health", "column 15: `health` is here, where the reason, in double quotes, should be".to_owned()),
        ("GET /b public \"x\" y", "column 19: `y` is here, where the end of the line should be".to_owned()),
        (
            "GET /b waived(role:viewer)",
            "column 27: the line ends here, where the reason, in double quotes, should be".to_owned(),
        ),
        (
            "GET /b public \"a\\q\"",
            "column 18: no escape begins like this: write `\\\\`, `\\\"`, `\\n`, `\\t` or `\\u{1f512}`".to_owned(),
        ),
        (
            "GET /b public \"a\\u{d800}\"",
            "column 18: no escape begins like this: write `\\\\`, `\\\"`, `\\n`, `\\t` or `\\u{1f512}`".to_owned(),
        ),
        (
            "GET /b authenticated Of<User",
            "column 22: a `<` of this type is not closed: put a `>` where it ends, or the whole name in double quotes"
                .to_owned(),
        ),
        (
            "GET /b policy:CanEdit on Of<Org, Report",
            "column 26: a `<` of this type is not closed: put a `>` where it ends, or the whole name in double quotes"
                .to_owned(),
        ),
        (
            "GET /b policy:Can<Edit on Report",
            "column 15: a `<` of this type is not closed: put a `>` where it ends, or the whole name in double quotes"
                .to_owned(),
        ),
        ("GET /b fresh:5m", "column 14: `5m` is here, where a number of seconds, such as `300s`, should be".to_owned()),
        (
            "GET /b fresh:99999999999999999999s",
            "column 14: `99999999999999999999s` is here, where a number of seconds, such as `300s`, should be".to_owned(),
        ),
        ("GET /b acr:a,", "column 14: the line ends here, where a class should be".to_owned()),
    ] {
        assert_error(&with(line), &format!("line 6, {expected}"));
    }
}

#[test]
fn a_line_of_any_length_and_depth_is_an_error_that_can_be_read() {
    let deep = "the parentheses and `!` are more than 64 deep: write the rule flatter";
    for mark in ["(", "!", "waived(", "( ! "] {
        let text = with(&format!("GET /b {}", mark.repeat(1_000_000 / mark.len())));
        let error = Lock::parse(&text).unwrap_err();
        assert_eq!((error.line(), error.text()), (6, deep), "{mark}");
    }
    for (long, shown) in
        [("x", "`xxxxx"), ("{", "a parameter in this path"), ("/{", "a parameter"), ("\u{e9}", "`\u{e9}")]
    {
        let long = long.repeat(1_000_000);
        for line in [
            format!("{long} /b public \"x\""),
            format!("GET /{long} public \"x\" {long}"),
            format!("GET /b role:{long}"),
            format!("GET /b {long}"),
            format!("GET /b policy:A<{long} on B"),
            format!("GET /b role:viewer {long}"),
        ] {
            let error = Lock::parse(&with(&line)).map(drop).unwrap_err();
            assert!(error.text().len() < 500, "{} bytes", error.text().len());
            assert_eq!(error.line(), 6);
        }
        let error = Lock::parse(&with(&format!("GET {long} public \"x\""))).unwrap_err().to_string();
        assert!(error.contains(shown) || error.contains("where a path"), "{error}");
    }
    // The maximum depth is accepted.
    let nested = format!("GET /b {}role:viewer{}", "(".repeat(64), ")".repeat(64));
    assert!(Lock::parse(&with(&nested)).is_ok());
}
