//! Markdown and SARIF.

use serde_json::Value;

use crate::run::{Folder, lock};

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write(
        "old.lock",
        lock(&[
            "GET /a role:admin",
            "GET /b role:admin",
            "GET /c role:admin | role:editor",
            "GET /d role:admin",
        ]),
    );
    folder.write(
        "new folder/new.lock",
        lock(&[
            "GET /a role:editor",
            "GET /b public \"a ` or | \\\\\"",
            "GET /c role:editor",
            "GET /e role:admin | policy:A on T",
        ]),
    );
    folder
}

fn run(format: &str) -> String {
    folder().run(&["diff", "old.lock", "new folder/new.lock", "--format", format]).1
}

#[test]
fn writes_markdown_with_the_worst_verdict_first() {
    assert_eq!(
        run("markdown"),
        "### Access: 1 newly public, 1 widened, 1 new, 1 gone, 1 same meaning\n\n\
         | | Route | Before | Now | Callers |\n|---|---|---|---|---|\n\
         | **NEWLY PUBLIC** | `GET /b` | `role:admin` | <code>public &#34;a &#96; or &#124; &#92;&#92;&#34;</code> | `+any caller` |\n\
         | **WIDENED** | `GET /a` | `role:admin` | `role:editor` | `+editor` |\n\
         | NEW | `GET /e` |  | `role:admin \\| policy:A on T` |  |\n\
         | GONE | `GET /d` | `role:admin` |  |  |\n\
         | SAME MEANING | `GET /c` | `role:admin \\| role:editor` | `role:editor` |  |\n"
    );
    let folder = folder();
    let same = folder.run(&["diff", "old.lock", "old.lock", "--format", "markdown"]).1;
    assert_eq!(same, "### Access: no changes\n");
}

#[test]
fn writes_sarif_with_a_result_for_each_change() {
    let log: Value = serde_json::from_str(&run("sarif")).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let results: Vec<_> = run["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| {
            let place = &result["locations"][0]["physicalLocation"];
            let rule = &run["tool"]["driver"]["rules"]
                [usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
            assert_eq!(rule["id"], result["ruleId"]);
            assert_eq!(rule["defaultConfiguration"]["level"], result["level"]);
            assert!(rule["help"]["text"].as_str().is_some_and(|help| !help.is_empty()));
            format!(
                "{} {} {}:{} {}",
                result["level"].as_str().unwrap(),
                result["ruleId"].as_str().unwrap(),
                place["artifactLocation"]["uri"].as_str().unwrap(),
                place["region"]["startLine"],
                result["message"]["text"].as_str().unwrap().split("  ").next().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        results,
        [
            "error newly-public new%20folder/new.lock:6 NEWLY PUBLIC GET /b",
            "warning widened new%20folder/new.lock:5 WIDENED GET /a",
            "note new new%20folder/new.lock:8 NEW GET /e",
            "note gone old.lock:8 GONE GET /d",
        ]
    );
}
