//! Invalid locks and their error messages.

use authgate::access::lock::Lock;

/// Returns a lock whose sixth and last line is this one.
fn lock_with_line(line: &str) -> String {
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
fn rejects_incomplete_files() {
    for (text, expected) in [
        (
            "",
            "line 1, column 1: the file is empty: expected `access.lock v1` in the first line; write the lock with AUTHGATE_BLESS=overwrite",
        ),
        (
            "\n# a comment\n\n",
            "line 1, column 1: the file is empty: expected `access.lock v1` in the first line; write the lock with AUTHGATE_BLESS=overwrite",
        ),
        ("role admin\n", "line 1, column 1: not an access lock: expected `access.lock v1` in the first line"),
        (
            "access.lock v2\nrole admin iff tuesday\r\n",
            "line 1, column 1: unsupported version 2: expected version 1; use the authgate that wrote the lock, or overwrite it with AUTHGATE_BLESS=overwrite",
        ),
        (
            "access.lock v1.5 # soon\n",
            "line 1, column 1: unsupported version 1.5: expected version 1; use the authgate that wrote the lock, or overwrite it with AUTHGATE_BLESS=overwrite",
        ),
        (
            "access.lock v\n",
            "line 1, column 1: not an access lock: expected `access.lock v1` in the first line",
        ),
        (
            "access.lock v1\nGET     /a                       publ",
            "line 2, column 38: the file is incomplete: its last line has no line break; restore the file, or end the line",
        ),
        (
            "access.lock v1\nGET     /a                       public \"a\n",
            "line 2, column 41: the quote is not closed: add a `\"` at the end of the text",
        ),
        (
            "\u{feff}access.lock v1\n",
            "line 1, column 1: the file starts with a byte order mark: save it as UTF-8 without one",
        ),
        (
            "access.lock v1\r\nrole admin\r\n",
            "line 1, column 15: the line ends with CR LF: save the file with LF, and add `access.lock text eol=lf` to .gitattributes",
        ),
    ] {
        assert_error(text, expected);
    }
}

#[test]
fn rejects_malformed_tenants() {
    for (line, expected) in [
        ("tenant Org", "line 6, column 11: expected `canonical`, found the end of the line"),
        ("tenant", "line 6, column 7: expected the name of a type, found the end of the line"),
        ("tenant Org exact", "line 6, column 12: expected `canonical`, found `exact`"),
        ("tenant Org canonical > viewer", "line 6, column 22: expected the end of the line, found `>`"),
        (
            "tenant A canonical\ntenant A canonical",
            "line 7, column 1: `tenant A` is already on line 6: remove one of the lines",
        ),
    ] {
        assert_error(&lock_with_line(line), expected);
    }
}

#[test]
fn rejects_malformed_policy_types() {
    for (line, expected) in [
        ("policy Owns = ", "line 6, column 14: expected the name of a type, found the end of the line"),
        (
            "policy Owns = a::B on",
            "line 6, column 22: expected the name of a type, found the end of the line",
        ),
        ("policy Owns = a::B & c", "line 6, column 20: expected `on` or the end of the line, found `&`"),
        (
            "role owner = a::B",
            "line 6, column 13: a role cannot have a type: only policies and custom requirements have one",
        ),
        (
            "policy P = a::P on a::T\npolicy P = b::P on a::T",
            "line 7, column 1: `policy P` is already on line 6: remove one of the lines",
        ),
    ] {
        assert_error(&lock_with_line(line), expected);
    }
    for line in
        ["policy P = a::P on a::T\npolicy P = a::P on a::U", "plan x = a::X", "policy \"a b\" = C<a::B>"]
    {
        let text = lock_with_line(line);
        assert!(Lock::parse(&text).is_ok(), "{text}");
    }
}

#[test]
fn rejects_merge_conflict_markers() {
    let expected = "found a mark of a merge conflict: resolve it, or overwrite the lock with AUTHGATE_BLESS=overwrite and review it";
    for mark in ["<<<<<<< HEAD", "||||||| base", "=======", ">>>>>>> other"] {
        assert_error(&lock_with_line(mark), &format!("line 6, column 1: {expected}"));
    }
}

#[test]
fn rejects_invisible_characters() {
    for (line, expected) in [
        ("GET\t/b public \"x\"", "column 4: found a tab: replace it with spaces"),
        (
            "GET /b public \"x\u{1b}[2K\"",
            "column 17: found the control character U+001B: remove it, or write it as `\\u{1b}` in quotes",
        ),
        (
            "role b\u{202e}a # \u{2066}",
            "column 7: found the invisible character U+202E: remove it, or write it as `\\u{202e}` in quotes",
        ),
        (
            "# role:admin\u{2028}GET /b",
            "column 13: found the invisible character U+2028: remove it, or write it as `\\u{2028}` in quotes",
        ),
    ] {
        assert_error(&lock_with_line(line), &format!("line 6, {expected}"));
    }
}

#[test]
fn rejects_duplicate_lines() {
    for (line, expected) in [
        ("role viewer", "`role viewer` is already on line 2: remove one of the lines"),
        ("scope \"read\" # mine", "`scope read` is already on line 4: remove one of the lines"),
        ("GET /a public \"open\"", "`GET /a` is already on line 5: remove one of the lines"),
        (
            "GET /{x} role:viewer\nGET /{y} role:editor",
            "`GET /{y}` is already on line 6, as `GET /{x}`, and the names of parameters make no difference: remove one of the lines",
        ),
    ] {
        let number = if line.contains('\n') { 7 } else { 6 };
        assert_error(&lock_with_line(line), &format!("line {number}, column 1: {expected}"));
    }
}

#[test]
fn rejects_undeclared_names() {
    for (line, expected) in [
        (
            "GET /b role:admin",
            "column 13: unknown role `admin`: expected one of `viewer`, `editor`; add a line `role admin` to declare it",
        ),
        (
            "GET /b role:viewer & scope:write",
            "column 28: unknown scope `write`: expected one of `read`; add a line `scope write` to declare it",
        ),
        (
            "GET /b waived(permission:\"a b\") \"why\"",
            "column 26: unknown permission `a b`: the lock declares no permission; add a line `permission \"a b\"` to declare it",
        ),
        (
            "GET /b factor:otp",
            "column 15: unknown factor `otp`: the lock declares no factor; add a line `factor otp` to declare it",
        ),
        (
            "role admin > editor, owner",
            "column 22: unknown role `owner`: expected one of `viewer`, `editor`, `admin`; add a line `role owner` to declare it",
        ),
        (
            "role admin grants purge",
            "column 19: unknown permission `purge`: the lock declares no permission; add a line `permission purge` to declare it",
        ),
        (
            "scope all allows purge",
            "column 18: unknown permission `purge`: the lock declares no permission; add a line `permission purge` to declare it",
        ),
    ] {
        assert_error(&lock_with_line(line), &format!("line 6, {expected}"));
    }
    let many: String = (0..40).map(|at| format!("role r{at}\n")).collect();
    assert_error(
        &format!("access.lock v1\n{many}GET / role:x\n"),
        "line 42, column 12: unknown role `x`: expected one of `r0`, `r1`, `r2`, `r3`, `r4`, `r5`, `r6`, `r7`, `r8`, `r9`, `r10`, `r11` and 28 more; add a line `role x` to declare it",
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
        "line 100002, column 16: the hierarchy of roles has a cycle, `r0 > r1 > r2 > r3 > r4 > r5 > r6 > r7 > r8 > r9 > r10 > r11 > .. (99990 more)`: remove one of the implications",
    );
}

#[test]
fn rejects_malformed_lines() {
    let rule = "`&`, `|`, `as`, `conceal` or the end of the line";
    let access = "an access such as `public \"why\"`, `authenticated User` or `role:admin`";
    for (line, expected) in [
        (
            "FETCH /b public \"x\"",
            "column 1: unknown first word `FETCH`: expected `role`, `scope`, `permission`, `factor` or `tenant`, or a method such as `GET` or `PUT`"
                .to_owned(),
        ),
        ("get /b public \"x\"", "column 1: expected a method in capitals: `GET`".to_owned()),
        ("  get /b public \"x\"", "column 3: expected a method in capitals: `GET`".to_owned()),
        ("role", "column 5: expected a name, found the end of the line".to_owned()),
        ("role admin <", "column 12: expected `>`, `grants`, `allows` or the end of the line, found `<`".to_owned()),
        ("role admin >", "column 13: expected the name of a role, found the end of the line".to_owned()),
        ("role admin > viewer,", "column 21: expected the name of a role, found the end of the line".to_owned()),
        ("scope b allows", "column 15: expected the name of a permission, found the end of the line".to_owned()),
        ("GET", "column 4: expected a path such as `/reports/{id}`, found the end of the line".to_owned()),
        ("GET b public \"x\"", "column 5: expected a path such as `/reports/{id}`, found `b`".to_owned()),
        ("GET \"b c\" public \"x\"", "column 5: expected a path such as `/reports/{id}`, found `\"b`".to_owned()),
        (
            "GET /b/{id public \"x\"",
            "column 5: a `{` in this path has no `}`: write a parameter as `/reports/{id}`".to_owned(),
        ),
        (
            "GET /b/id} public \"x\"",
            "column 5: a `}` in this path has no `{`: write a parameter as `/reports/{id}`".to_owned(),
        ),
        ("GET /b", format!("column 7: expected {access}, found the end of the line")),
        ("GET /b admin", format!("column 8: expected {access}, found `admin`")),
        ("GET /b role:", "column 13: expected the name of a role, found the end of the line".to_owned()),
        ("GET /b role:editor role:viewer", format!("column 20: expected {rule}, found `role:viewer`")),
        ("GET /b role:editor && role:viewer", format!("column 21: expected {access}, found `&`")),
        ("GET /b role:editor hidden", format!("column 20: expected {rule}, found `hidden`")),
        (
            "GET /b role:editor as User hide",
            "column 28: expected `conceal`, `|` or the end of the line, found `hide`".to_owned(),
        ),
        (
            "GET /b role:editor conceal as User",
            "column 28: expected the end of the line, found `as`".to_owned(),
        ),
        ("GET /b role:editor as", "column 22: expected the name of a type, found the end of the line".to_owned()),
        ("GET /b (role:editor", "column 20: expected `)`, found the end of the line".to_owned()),
        ("GET /b role:editor)", format!("column 19: expected {rule}, found `)`")),
        ("GET /b !", format!("column 9: expected {access}, found the end of the line")),
        ("GET /b public", "column 14: expected a reason in double quotes, found the end of the line".to_owned()),
        ("GET /b public health", "column 15: expected a reason in double quotes, found `health`".to_owned()),
        ("GET /b public \"x\" y", "column 19: expected the end of the line, found `y`".to_owned()),
        (
            "GET /b waived(role:viewer)",
            "column 27: expected a reason in double quotes, found the end of the line".to_owned(),
        ),
        (
            "GET /b public \"a\\q\"",
            "column 18: unknown escape: expected `\\\\`, `\\\"`, `\\n`, `\\t` or `\\u{1f512}`".to_owned(),
        ),
        (
            "GET /b public \"a\\u{d800}\"",
            "column 18: unknown escape: expected `\\\\`, `\\\"`, `\\n`, `\\t` or `\\u{1f512}`".to_owned(),
        ),
        (
            "GET /b authenticated Of<User",
            "column 22: a `<` of this type is not closed: add a `>`, or put the name in double quotes"
                .to_owned(),
        ),
        (
            "GET /b policy:CanEdit on Of<Org, Report",
            "column 26: a `<` of this type is not closed: add a `>`, or put the name in double quotes"
                .to_owned(),
        ),
        (
            "GET /b policy:Can<Edit on Report",
            "column 15: a `<` of this type is not closed: add a `>`, or put the name in double quotes"
                .to_owned(),
        ),
        ("GET /b fresh:5m", "column 14: expected a number of seconds such as `300s`, found `5m`".to_owned()),
        (
            "GET /b fresh:99999999999999999999s",
            "column 14: expected a number of seconds such as `300s`, found `99999999999999999999s`".to_owned(),
        ),
        ("GET /b acr:a,", "column 14: expected the value of `acr`, found the end of the line".to_owned()),
    ] {
        assert_error(&lock_with_line(line), &format!("line 6, {expected}"));
    }
}

#[test]
fn error_text_of_a_long_line_is_bounded() {
    let deep = "parentheses and `!` are nested more than 64 deep: simplify the rule";
    for mark in ["(", "!", "waived(", "( ! "] {
        let text = lock_with_line(&format!("GET /b {}", mark.repeat(1_000_000 / mark.len())));
        let error = Lock::parse(&text).unwrap_err();
        assert_eq!((error.line(), error.text()), (6, deep), "{mark}");
    }
    for (long, shown) in
        [("x", "`xxxxx"), ("{", "a `{` in this path"), ("/{", "a `{` in this path"), ("\u{e9}", "`\u{e9}")]
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
            let error = Lock::parse(&lock_with_line(&line)).map(drop).unwrap_err();
            assert!(error.text().len() < 500, "{} bytes", error.text().len());
            assert_eq!(error.line(), 6);
        }
        let error =
            Lock::parse(&lock_with_line(&format!("GET {long} public \"x\""))).unwrap_err().to_string();
        assert!(error.contains(shown) || error.contains("expected a path"), "{error}");
    }
    // The maximum depth is accepted.
    let nested = format!("GET /b {}role:viewer{}", "(".repeat(64), ")".repeat(64));
    assert!(Lock::parse(&lock_with_line(&nested)).is_ok());
}
