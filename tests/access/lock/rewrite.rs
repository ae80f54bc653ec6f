//! Comments keep their position when a lock is rewritten.

use authgate::access::lock::{Lock, RouteLine};

/// A lock as authgate writes it, with a comment at every position.
const OLD: &str = "\
# Who may call what.

# Ours.
access.lock v1 # see the handbook
# Who reads.
role viewer
role editor > viewer # and writes
scope reports:write

# Probes.

# accept(public): the load balancer has no credentials
GET     /health                  public \"load balancer probe\"

# Reports.
# They are the heart of it.

GET     /reports/{id}            role:viewer
# reviewed in May
PUT     /reports/{id}            role:editor & scope:reports:write   # with a scope
DELETE  /reports/{id}            role:editor

# The end.
";

#[test]
fn rewrite_keeps_a_normalized_text_unchanged() {
    let lock = Lock::parse(OLD).unwrap();
    assert_eq!(lock.rewrite(OLD).unwrap(), OLD);
    let bare = lock.to_string();
    assert_eq!(lock.rewrite(&bare).unwrap(), bare);
}

#[test]
fn comment_stays_with_a_changed_line_and_goes_with_a_removed_line() {
    let new = "\
access.lock v1
role viewer
role editor
role admin > editor
scope reports:write
GET     /a                       public \"new\"
GET     /reports/{name}          role:viewer
PUT     /reports/{name}          role:admin
POST    /reports/{name}          role:editor
";
    let expected = "\
# Who may call what.

# Ours.
access.lock v1 # see the handbook
# Who reads.
role viewer
role editor # and writes
role admin > editor
scope reports:write
GET     /a                       public \"new\"

# Probes.

# Reports.
# They are the heart of it.

GET     /reports/{name}          role:viewer
# reviewed in May
PUT     /reports/{name}          role:admin   # with a scope
POST    /reports/{name}          role:editor

# The end.
";
    assert_eq!(Lock::parse(new).unwrap().rewrite(OLD).unwrap(), expected);
}

#[test]
fn acceptance_comment_never_moves_to_another_route() {
    let accepted = |text: &str| {
        let lock = Lock::parse(text).unwrap();
        let routes =
            lock.routes().iter().filter(|route| route.comments().iter().any(|said| said.contains("accept")));
        routes.map(RouteLine::key).collect::<Vec<_>>()
    };
    assert_eq!(accepted(OLD), [("GET".to_owned(), "/health".to_owned())]);
    let lines: Vec<_> = OLD.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    for gone in 1..lines.len() {
        let mut left = lines.clone();
        left.remove(gone);
        let left = left
            .join("\n")
            .replace(" > viewer", "")
            .replace("& scope:reports:write", "")
            .replace("role:", "own:")
            + "\n";
        let rewritten = Lock::parse(&left).unwrap().rewrite(OLD).unwrap();
        let still = accepted(&rewritten);
        assert!(still.len() <= 1 && still.iter().all(|(_, path)| path == "/health"), "{rewritten}");
        assert_eq!(still.is_empty(), lines[gone].contains("/health"), "{rewritten}");
    }
    let none = Lock::parse("access.lock v1\n").unwrap().rewrite(OLD).unwrap();
    assert!(!none.contains("accept") && none.contains("# Probes.") && none.contains("# The end."), "{none}");
}

#[test]
fn normalizes_order_and_spaces() {
    let old = "access.lock v1\n\nGET /b public \"x\" # b\n  # a\n GET /a \"\\u{61}\":x\n";
    assert_eq!(
        Lock::parse(old).unwrap_err().to_string(),
        "line 5, column 9: expected an access such as `public \"why\"`, `authenticated User` or `role:admin`, found `\"\\u{61}\":x`"
    );
    let old = "access.lock v1\n\nGET /b (role:x) # b\n  # a\n  GET    /a role:\"x\"\n role  x\n";
    let new = Lock::parse("access.lock v1\nrole x\nGET /a role:x\nGET /b role:x\n").unwrap();
    assert_eq!(
        new.rewrite(old).unwrap(),
        "access.lock v1\nrole x\n  # a\nGET     /a                       role:x\n\nGET     /b                       role:x # b\n"
    );
}

#[test]
fn rewrite_rejects_an_unparsable_text() {
    let lock = Lock::parse(OLD).unwrap();
    let error = lock.rewrite("access.lock v9\n").unwrap_err();
    assert_eq!((error.line(), error.column()), (1, 1));
    assert!(lock.rewrite(&OLD.replace("role viewer\n", "<<<<<<< HEAD\n")).is_err());
    assert!(lock.rewrite("").is_err());
}
