use crate::newsroom::newsroom;

#[test]
fn a_route_is_a_row_and_a_right_is_another() {
    let text = newsroom().access().document().to_markdown();
    for expected in [
        "10 routes: 2 public, 1 ungated, 1 for anybody who is signed in, 6 for holders of a right.",
        "| method | path | who may call | handler | source |\n|---|---|---|---|---|\n",
        "| `POST` | `/login` | `public \"signing in\"` |",
        r"| `GET` | `/drafts` | `role:chief \| permission:articles:write` |",
        "| `role:chief` | `author` | `staff:invite` |",
        "| `scope:write` | `read` | `articles:write` |",
    ] {
        assert!(text.contains(expected), "{text}\nshould have {expected}");
    }
    assert!(text.lines().filter(|line| line.starts_with('|')).all(|line| line.ends_with('|')));
}
