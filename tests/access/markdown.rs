use crate::newsroom::newsroom;

#[test]
fn writes_a_row_for_each_route_and_right() {
    let text = newsroom().access().document().to_markdown();
    for expected in [
        "10 routes: 2 public, 1 ungated, 1 for authenticated callers, 6 for callers with a right.",
        "| method | path | access | handler | source |\n|---|---|---|---|---|\n",
        "| `POST` | `/login` | `public \"signing in\"` |",
        r"| `GET` | `/drafts` | `role:chief \| permission:articles:write` |",
        "| `role:chief` | `author` | `staff:invite` |",
        "| `scope:write` | `read` | `articles:write` |",
    ] {
        assert!(text.contains(expected), "{text}\nshould have {expected}");
    }
    assert!(text.lines().filter(|line| line.starts_with('|')).all(|line| line.ends_with('|')));
}
