//! Plants mistakes in copies of the largest example and checks what detects each of them: the
//! compiler, the lock or the probe.
//!
//! `cargo test -p authgate-tests --test mutants -- --ignored --nocapture` prints the table. A
//! separate cargo process compiles the copies, as it would in an application.
#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::unwrap_used, reason = "tests")]

mod mistakes;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use mistakes::{Catches, MISTAKES, Mistake};

/// Returns the source of the example, with absolute paths to its other files.
fn example_source() -> String {
    let examples = root().join("examples");
    let text = fs::read_to_string(examples.join("documents.rs")).unwrap();
    ["documents/store.rs", "quickstart/tour.rs"].iter().fold(text, |text, file| {
        let whole = examples.join(file);
        replace_once(
            &text,
            &format!("#[path = {file:?}]"),
            &format!("#[path = {:?}]", whole.display().to_string()),
        )
    })
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Replaces a text that must occur exactly once. Otherwise, the mistake no longer matches the
/// example.
fn replace_once(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "must occur once in the example: {from}");
    text.replace(from, to)
}

fn apply_mistake(Mistake { edits, .. }: &Mistake) -> String {
    edits.iter().fold(example_source(), |text, (from, to)| replace_once(&text, from, to))
}

/// Returns the program to compile, with each copy as a module and the code that probes it.
fn program(folder: &Path, mistakes: &[&Mistake]) -> String {
    let mut program = String::new();
    for mistake in mistakes {
        let file = folder.join(format!("{}.rs", mistake.name));
        let asked = "\npub async fn state_for_tests() -> App {\n    \
                     let keys = Keys::hs256(\"a secret that nobody needs to know at all\").unwrap();\n    \
                     state(keys, Store::temporary().await.unwrap()).unwrap()\n}\n";
        fs::write(&file, apply_mistake(mistake) + asked).unwrap();
        program += &format!(
            "#[allow(warnings)]\n#[path = {:?}]\nmod {};\ncheck!({});\n",
            file.display().to_string(),
            mistake.name,
            mistake.name
        );
    }
    program
}

/// Compiles the copies, and runs them if `run` is set.
fn cargo(folder: &Path, program: &str, run: bool) -> Output {
    let file = folder.join("planted.rs");
    fs::write(&file, program).unwrap();
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root()).env("AUTHGATE_PLANTED", &file).env_remove("AUTHGATE_BLESS");
    // With the features of the whole workspace, as the dependencies have been built.
    cargo.args([
        "test",
        "--locked",
        "--workspace",
        "--features",
        "authgate-tests/planted",
        "--test",
        "planted",
    ]);
    cargo.args(if run { &["--", "--nocapture", "--test-threads", "1"][..] } else { &["--no-run"] });
    cargo.output().unwrap()
}

/// Parses the output of the planted program: each mistake, and whether the lock or the probe
/// detected it.
fn parse_detections(output: &str) -> BTreeMap<String, Vec<String>> {
    let lines = output.lines().filter_map(|line| line.strip_prefix("caught "));
    lines
        .filter_map(|line| {
            let (name, by) = line.split_once(':')?;
            Some((name.to_owned(), by.split_whitespace().map(str::to_owned).collect()))
        })
        .collect()
}

#[test]
#[ignore = "compiles the example many times, in CI"]
fn every_mistake_is_detected() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("mutants");
    fs::create_dir_all(&folder).unwrap();
    let (refused, run): (Vec<_>, Vec<_>) =
        MISTAKES.iter().partition(|mistake| mistake.caught_by == Catches::Compiler);

    let output = cargo(&folder, &program(&folder, &run), true);
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{error}");
    let caught = parse_detections(&out);
    let mut otherwise = Vec::new();
    for mistake in &run {
        let by = caught.get(mistake.name).unwrap_or_else(|| panic!("{} did not run: {out}", mistake.name));
        println!("{:<10} {:<30} {}", by.join("+"), mistake.name.replace('_', " "), mistake.what);
        if by != mistake.caught_by.words() {
            otherwise.push(mistake.name);
        }
    }
    assert!(otherwise.is_empty(), "detected by unexpected checks: {otherwise:?}");
    for mistake in &refused {
        let output = cargo(&folder, &program(&folder, &[mistake]), false);
        let error = String::from_utf8_lossy(&output.stderr);
        println!("{:<10} {:<30} {}", "compiler", mistake.name.replace('_', " "), mistake.what);
        assert!(!output.status.success(), "{} compiles: {}", mistake.name, mistake.what);
        assert!(error.contains(mistake.told), "{} has another error:\n{error}", mistake.name);
    }
}
