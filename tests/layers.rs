//! A module of authgate imports only from the modules that `lib.rs` declares before it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails with a panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Attribute, Item, UseTree};

/// The modules of a crate in the order of its root, and the module that each re-export of the root
/// is from.
struct Root {
    order: Vec<String>,
    exports: BTreeMap<String, String>,
}

impl Root {
    fn read(source: &str) -> Self {
        let (mut order, mut exports) = (Vec::new(), BTreeMap::new());
        for item in syn::parse_file(source).unwrap().items {
            match item {
                Item::Mod(module) => order.push(module.ident.to_string()),
                Item::Use(item) => {
                    if let UseTree::Path(path) = item.tree {
                        let module = path.ident.to_string();
                        names(&path.tree, &mut |name| {
                            exports.insert(name, module.clone());
                        });
                    }
                }
                _ => {}
            }
        }
        Self { order, exports }
    }

    fn position(&self, module: &str) -> Option<usize> {
        self.order.iter().position(|other| other == module)
    }

    /// The modules that a file imports from although they are declared after its own: `gate imports
    /// from proof`.
    fn upward(&self, file: &str, source: &str) -> BTreeSet<String> {
        let module = file.split(['/', '.']).next().unwrap();
        let depth = file.trim_end_matches(".rs").split('/').count();
        let mut imported = BTreeSet::new();
        for item in syn::parse_file(source).unwrap().items {
            if !attributes(&item).iter().any(is_test) {
                roots(item.into_token_stream(), depth, &mut imported);
            }
        }
        let own = self.position(module).unwrap_or_else(|| panic!("lib.rs does not declare {module}"));
        let resolved = imported
            .iter()
            .map(|name| self.exports.get(name).filter(|_| self.position(name).is_none()).unwrap_or(name));
        let upward = resolved.filter(|name| self.position(name).is_some_and(|other| other > own));
        upward.map(|other| format!("{module} imports from {other}")).collect()
    }
}

fn names(tree: &UseTree, see: &mut impl FnMut(String)) {
    match tree {
        UseTree::Path(path) => names(&path.tree, see),
        UseTree::Name(name) => see(name.ident.to_string()),
        UseTree::Rename(rename) => see(rename.rename.to_string()),
        UseTree::Glob(_) => {}
        UseTree::Group(group) => group.items.iter().for_each(|tree| names(tree, see)),
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        _ => &[],
    }
}

fn is_test(attribute: &Attribute) -> bool {
    let text = attribute.meta.to_token_stream().to_string();
    text == "cfg (test)" || text.starts_with("cfg (all (test")
}

/// The first segments of the paths that start at the crate's root: `gate` of `crate::gate::Gate`.
/// In a file at `depth`, so many `super` are the root.
fn roots(tokens: TokenStream, depth: usize, found: &mut BTreeSet<String>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let is = |at: usize, text: &str| tokens.get(at).is_some_and(|token| token.to_string() == text);
    let path = |at: usize| is(at, ":") && is(at + 1, ":");
    let mut at = 0;
    while at < tokens.len() {
        let mut next = at + 1;
        if let TokenTree::Group(group) = &tokens[at] {
            roots(group.stream(), depth, found);
        } else if is(at, "crate") && path(next) && !(at > 0 && is(at - 1, "$")) {
            next = at + 3;
            first(tokens.get(next), found);
        } else if is(at, "super") && !(at > 0 && is(at - 1, ":")) {
            let mut supers = 1;
            while path(next) && is(next + 2, "super") {
                (supers, next) = (supers + 1, next + 3);
            }
            if path(next) {
                next += 2;
                if supers == depth {
                    first(tokens.get(next), found);
                }
            }
        }
        at = next;
    }
}

/// The first segment of a path, or of each path in braces.
fn first(token: Option<&TokenTree>, found: &mut BTreeSet<String>) {
    match token {
        Some(TokenTree::Ident(name)) => {
            found.insert(name.to_string());
        }
        Some(TokenTree::Group(group)) => {
            let mut is_start = true;
            for token in group.stream() {
                if is_start {
                    first(Some(&token), found);
                }
                is_start = token.to_string() == ",";
            }
        }
        _ => {}
    }
}

fn sources(folder: &Path, found: &mut Vec<(String, String)>, root: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            sources(&path, found, root)?;
        } else if name.ends_with(".rs")
            && !name.contains("/tests")
            && !name.starts_with("bin/")
            && name != "lib.rs"
        {
            found.push((name, fs::read_to_string(&path)?));
        }
    }
    Ok(())
}

#[test]
fn modules_import_only_from_earlier_modules() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../authgate/src");
    let root = Root::read(&fs::read_to_string(folder.join("lib.rs")).unwrap());
    let mut files = Vec::new();
    sources(&folder, &mut files, &folder).unwrap();
    assert!(files.len() > 200, "{} files", files.len());
    let upward: BTreeSet<_> = files.iter().flat_map(|(file, source)| root.upward(file, source)).collect();
    assert!(upward.is_empty(), "{upward:#?}");
}

#[test]
fn every_form_of_an_upward_import_is_detected() {
    let root = Root::read(
        "mod low; pub mod middle; mod high;
         pub use high::{inner::{Gate, Other as Renamed}, deep}; pub use low::Low;",
    );
    for (file, source) in [
        ("middle.rs", "use crate::high::Gate;"),
        ("middle.rs", "use crate::{low::Low, high::{Gate}};"),
        ("middle.rs", "use crate::Gate;"),
        ("middle.rs", "use crate::{Low, Renamed};"),
        ("middle.rs", "pub use crate::deep;"),
        ("middle.rs", "fn f() { g(|| crate::high::f()); }"),
        ("middle/inner.rs", "type T = Vec<crate::Gate>;"),
        ("middle.rs", "use super::high::Gate;"),
        ("middle/inner.rs", "use super::super::high::Gate;"),
        ("middle/inner.rs", "macro_rules! m { () => { crate::high::f() }; }"),
        ("middle.rs", "#[cfg(feature = \"x\")] mod m { use crate::high::Gate; }"),
    ] {
        assert_eq!(
            root.upward(file, source),
            BTreeSet::from(["middle imports from high".to_owned()]),
            "{source}"
        );
    }
    for (file, source) in [
        ("middle.rs", "use crate::low::Low; use crate::Low; use crate::middle::M;"),
        ("high.rs", "use crate::{low, middle::M, Gate};"),
        ("middle.rs", "/// [`Gate`](crate::high::Gate)\nfn f() {} // crate::high::Gate"),
        ("middle.rs", "#[cfg(test)] mod tests { use crate::high::Gate; }"),
        ("middle.rs", "macro_rules! m { () => { $crate::high::f() }; }"),
        ("middle/inner.rs", "use super::high::Gate; use super::super::low::Low;"),
    ] {
        assert_eq!(root.upward(file, source), BTreeSet::new(), "{source}");
    }
}
