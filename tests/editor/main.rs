//! Asks rust-analyzer about handlers with `#[requires]` and `#[public]`, as an editor does.
//! `.ci/editor` installs it.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod lsp;
#[allow(dead_code, missing_docs, missing_debug_implementations, unreachable_pub, reason = "only compiled")]
mod program;

use std::fs;
use std::path::Path;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use lsp::Analyzer;
use serde_json::{Value, json};

/// Each handler of the program, with the type of its first variable.
const FORMS: [(&str, &str); 22] = [
    ("role_by_name", "Authorized<Admin, User>"),
    ("role_by_variant", "Authorized<Admin, User>"),
    ("scope_by_name", "Authorized<WriteReports, User>"),
    ("scope_by_variant", "Authorized<WriteReports, User>"),
    ("permission_by_name", "Authorized<Publish, User>"),
    ("two_keys", "Authorized<All<(Editor, WriteReports)>, User>"),
    ("groups", "Authorized<All<(Chief, Any<(WriteReports, Not<Viewer>)>)>, User>"),
    ("alternatives", "Authorized<Any<(Admin, WriteReports)>, User>"),
    ("in_tenant", "Authorized<In<Org, Editor>, User>"),
    ("own_requirement", "Authorized<Active, User>"),
    ("login", "Authorized<All<(Admin, ViaScheme<Bearer>, Fresh<300>, Factor<ByOtp>)>, User>"),
    ("principal_in_the_rule", "Authorized<Fresh<300>, User>"),
    ("principal_in_the_parameter", "Authorized<ViaScheme<Bearer>, User>"),
    ("concealed", "Authorized<Admin, User>"),
    ("without_the_resource", "Authorized<Any<(Admin, On<Owns>)>, User>"),
    ("granted", "Granted<Owns, Note, User>"),
    ("granted_by_placeholder", "Granted<Owns, Note, User>"),
    ("granted_to_owner_or_admin", "Granted<Any<(Admin, On<Owns>)>, Note, User>"),
    ("granted_with_role", "Granted<Owns, Note, User>"),
    ("below_another_attribute", "Authorized<Admin, User>"),
    ("no_parameter", "Note"),
    ("open", "Note"),
];

/// Returns rust-analyzer with the program, once for all tests.
fn analyzer() -> MutexGuard<'static, Analyzer> {
    static ANALYZER: LazyLock<Mutex<Analyzer>> = LazyLock::new(|| Mutex::new(open_program()));
    ANALYZER.lock().unwrap_or_else(PoisonError::into_inner)
}

fn open_program() -> Analyzer {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("editor");
    fs::create_dir_all(package.join("src")).unwrap();
    let manifest = format!(
        "[package]\nname = \"opened\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         authgate = {{ path = {:?}, default-features = false }}\n\
         serde = {{ version = \"1\", features = [\"derive\"] }}\n",
        root.join("authgate").display().to_string(),
    );
    fs::write(package.join("Cargo.toml"), manifest).unwrap();
    fs::copy(root.join("Cargo.lock"), package.join("Cargo.lock")).unwrap();
    fs::copy(root.join("tests/editor/program.rs"), package.join("src/lib.rs")).unwrap();
    Analyzer::open(&package, &package.join("target"), "src/lib.rs")
}

/// Returns the place of a text in the item of a handler, which starts with its attributes.
fn find(analyzer: &Analyzer, handler: &str, text: &str) -> usize {
    let program = analyzer.text();
    let name = program.find(&format!("async fn {handler}(")).unwrap_or_else(|| panic!("no {handler}"));
    let start = program[..name].rfind("\n\n").unwrap();
    start + program[start..].find(text).unwrap_or_else(|| panic!("no {text} in {handler}"))
}

/// Returns the place after the first text in the body of a handler.
fn after(analyzer: &Analyzer, handler: &str, text: &str) -> usize {
    let body = find(analyzer, handler, "{\n");
    body + analyzer.text()[body..].find(text).unwrap_or_else(|| panic!("no {text} in {handler}")) + text.len()
}

fn hover(analyzer: &mut Analyzer, offset: usize) -> String {
    let answer = analyzer.ask("textDocument/hover", offset, json!({}));
    answer["contents"]["value"].as_str().unwrap_or_default().to_owned()
}

fn completions(analyzer: &mut Analyzer, offset: usize) -> Vec<String> {
    let answer = analyzer.ask("textDocument/completion", offset, json!({}));
    let items = answer["items"].as_array().unwrap();
    items.iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect()
}

/// Returns the lines that the editor offers to go to.
fn definitions(analyzer: &mut Analyzer, offset: usize) -> Vec<String> {
    let answer = analyzer.ask("textDocument/definition", offset, json!({}));
    answer.as_array().unwrap().iter().map(|place| line(&place["uri"], &place["range"])).collect()
}

fn line(uri: &Value, range: &Value) -> String {
    let file = fs::read_to_string(uri.as_str().unwrap().strip_prefix("file://").unwrap()).unwrap();
    let line = usize::try_from(range["start"]["line"].as_u64().unwrap()).unwrap();
    file.lines().nth(line).unwrap().trim().to_owned()
}

/// Returns the lines of the program that a new name changes.
fn renamed(analyzer: &mut Analyzer, offset: usize) -> Vec<String> {
    let answer = analyzer.ask("textDocument/rename", offset, json!({ "newName": "Renamed" }));
    let changes = answer["documentChanges"].as_array().unwrap();
    let edits = changes.iter().flat_map(|change| {
        let uri = &change["textDocument"]["uri"];
        change["edits"].as_array().unwrap().iter().map(move |edit| line(uri, &edit["range"]))
    });
    edits.collect()
}

#[test]
#[ignore = "requires rust-analyzer, which .ci/editor installs"]
fn hover_completion_and_definition_know_the_principal_in_each_form() {
    let mut analyzer = analyzer();
    let handlers = analyzer.text().matches("\npub async fn").count();
    assert_eq!(handlers, FORMS.len(), "each handler of the program is asked about");
    for (handler, ty) in FORMS {
        let (dot, member, defined) = match ty {
            "Note" => ("note.", "title", "pub title: String,"),
            _ if ty.starts_with("Granted") => ("note.principal().", "sub", "pub sub: String,"),
            _ => ("caller.", "sub", "pub sub: String,"),
        };
        let use_of_member = after(&analyzer, handler, dot);
        let hover = hover(&mut analyzer, use_of_member - dot.len());
        assert_eq!(hover.split_once(": ").map(|(_, ty)| ty), Some(ty), "{handler}: {hover}");
        let members = completions(&mut analyzer, use_of_member);
        assert!(members.iter().any(|offered| offered == member), "{handler}: {members:?}");
        assert_eq!(definitions(&mut analyzer, use_of_member), [defined], "{handler}");
        if ty.starts_with("Granted") {
            let method = after(&analyzer, handler, "note.");
            assert_eq!(definitions(&mut analyzer, method), ["pub fn principal(&self) -> &P {"], "{handler}");
            let field = after(&analyzer, handler, "&note.");
            assert_eq!(definitions(&mut analyzer, field), ["pub title: String,"], "{handler}");
        }
    }
}

#[test]
#[ignore = "requires rust-analyzer, which .ci/editor installs"]
fn completion_works_while_the_line_is_typed() {
    let mut analyzer = analyzer();
    let program = analyzer.text().to_owned();
    for (handler, ty) in FORMS {
        let (variable, member) = match ty {
            "Note" => ("note", "title"),
            _ if ty.starts_with("Granted") => ("note", "title"),
            _ => ("caller", "sub"),
        };
        // A line before the others, without its end.
        let body = after(&analyzer, handler, "{\n");
        let typed = format!("    {variable}.");
        let before = if ty == "Note" { after(&analyzer, handler, ";\n") } else { body };
        analyzer.change(format!("{}{typed}\n{}", &program[..before], &program[before..]));
        let members = completions(&mut analyzer, before + typed.len());
        analyzer.change(program.clone());
        assert!(members.iter().any(|offered| offered == member), "{handler}: {members:?}");
    }
}

#[test]
#[ignore = "requires rust-analyzer, which .ci/editor installs"]
fn names_and_variants_in_rules_lead_to_the_variant() {
    let mut analyzer = analyzer();
    for (handler, written, variant) in [
        ("role_by_name", "\"admin\"", "Admin,"),
        ("scope_by_name", "\"reports:write\"", "WriteReports,"),
        ("permission_by_name", "\"publish\"", "Publish,"),
        ("groups", "\"chief:editor\"", "Chief,"),
        ("groups", "\"viewer\"", "Viewer,"),
        ("in_tenant", "\"editor\"", "Editor,"),
        ("granted_to_owner_or_admin", "\"admin\"", "Admin,"),
        ("granted_with_role", "\"editor\"", "Editor,"),
        ("no_parameter", "\"admin\"", "Admin,"),
        ("below_another_attribute", "\"admin\"", "Admin,"),
        ("role_by_variant", "Admin", "Admin,"),
        ("scope_by_variant", "WriteReports", "WriteReports,"),
        ("groups", "WriteReports", "WriteReports,"),
        ("role_by_variant", "Role::", "pub enum Role {"),
    ] {
        let place = find(&analyzer, handler, written) + 1;
        assert_eq!(definitions(&mut analyzer, place), [variant], "{written} in {handler}");
    }
    let variant = find(&analyzer, "role_by_variant", "Admin");
    assert!(hover(&mut analyzer, variant).contains("Admin = 3"));
}

#[test]
#[ignore = "requires rust-analyzer, which .ci/editor installs"]
fn renaming_a_variant_renames_it_in_rules() {
    let mut analyzer = analyzer();
    let renames = [
        ("    Admin,", vec!["Admin,", "#[requires(role = Role::Admin)]"]),
        ("    Publish,", vec!["Publish,", "#[role(implies(Chief), grants(Publish))]"]),
        ("    Chief,", vec!["Chief,", "#[role(implies(Chief), grants(Publish))]"]),
        (
            "    WriteReports,",
            vec![
                "WriteReports,",
                "#[requires(scope = Scope::WriteReports)]",
                "#[requires(all(role = \"chief:editor\", any(scope = Scope::WriteReports, not(role = \"viewer\"))))]",
            ],
        ),
    ];
    for (variant, mut lines) in renames {
        let place = analyzer.text().find(variant).unwrap() + 4;
        let mut edited = renamed(&mut analyzer, place);
        edited.sort_unstable();
        lines.sort_unstable();
        assert_eq!(edited, lines);
    }
    let in_rule = find(&analyzer, "role_by_variant", "Admin");
    assert_eq!(renamed(&mut analyzer, in_rule).len(), 2, "from the rule as well");
}
