//! Each Rust block of the README compiles as a reader pastes it: alone, in an empty package with
//! the dependencies that the README names.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// A fenced block.
struct Block<'a> {
    language: &'a str,
    /// The line in the README of the first line of the text, from zero.
    line: usize,
    text: String,
}

fn blocks(markdown: &str) -> Vec<Block<'_>> {
    let (mut blocks, mut open) = (Vec::new(), None::<Block<'_>>);
    for (at, line) in markdown.lines().enumerate() {
        match (open.take(), line.trim_start().strip_prefix("```")) {
            (None, Some(language)) => open = Some(Block { language, line: at + 1, text: String::new() }),
            (Some(block), Some(_)) => blocks.push(block),
            (Some(mut block), None) => {
                block.text += line;
                block.text += "\n";
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "the last block of the README has no end");
    blocks
}

/// Returns the manifest of a package with the dependencies, and authgate from this repository.
fn manifest(dependencies: &str, root: &Path) -> String {
    let released = "authgate = { version = \"0.1\"";
    assert_eq!(dependencies.matches(released).count(), 2, "once as a dependency, and once for tests");
    let path = root.join("authgate");
    let local = dependencies.replace(released, &format!("authgate = {{ path = {:?}", path.display()));
    // A block may have items that it does not use, but no unused imports or variables.
    format!(
        "[package]\nname = \"readme\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n{local}\n\
         [lints.rust]\nunused = {{ level = \"deny\", priority = -1 }}\ndead_code = \"allow\"\n",
    )
}

#[test]
fn rust_blocks_compile_in_an_empty_package() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let blocks = blocks(&readme);
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    // Blocks of an older README must not remain.
    drop(fs::remove_dir_all(&package));
    fs::create_dir_all(package.join("src")).unwrap();
    fs::create_dir_all(package.join("tests")).unwrap();

    let dependencies: Vec<_> =
        blocks.iter().filter(|block| block.language == "toml").map(|block| block.text.as_str()).collect();
    fs::write(package.join("Cargo.toml"), manifest(&dependencies.concat(), root)).unwrap();
    fs::copy(root.join("Cargo.lock"), package.join("Cargo.lock")).unwrap();
    fs::write(package.join("src/lib.rs"), "").unwrap();
    // Also `rust,ignore` and `rust,no_run`: no block is exempt.
    let rust: Vec<_> = blocks.iter().filter(|block| block.language.starts_with("rust")).collect();
    assert!(rust.len() > 2, "the README has Rust blocks");
    for Block { line, text, .. } in rust {
        // Errors then have the line numbers of the README.
        let text = "\n".repeat(*line) + text;
        fs::write(package.join(format!("tests/readme_line_{line}.rs")), text).unwrap();
    }

    // A target of `tests/`: it may have a `main`, or none, and its `#[test]` functions are
    // compiled.
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(&package).args(["check", "--quiet", "--tests", "--target-dir"]);
    cargo.arg(Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap());
    let output = cargo.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "a Rust block of the README does not compile:\n{errors}");
}
