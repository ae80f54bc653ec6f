//! `cargo authgate page FILE`

use std::ffi::OsString;

use authgate_access::page::Page;
use clap::{Arg, ArgMatches, Command, value_parser};

use crate::table::Table;
use crate::{Failure, Outcome};

pub(crate) const NAME: &str = "page";

const AFTER: &str = "\
The page is a single file. It works without a network and without scripts.

Exit codes: 0; 3 if an input cannot be read.";

pub(crate) fn command() -> Command {
    let option = |name: &'static str, value: &'static str| Arg::new(name).long(name).value_name(value);
    Command::new(NAME)
        .about("Writes the access rules as an HTML page to standard output")
        .after_help(AFTER)
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .value_parser(value_parser!(OsString))
                .help("A lock, a document in JSON, or - for standard input"),
        )
        .arg(option("title", "TITLE").help("The title of the page"))
        .arg(option("source-link", "TEMPLATE").help(
            "The address of a line of the source, such as https://github.com/acme/app/blob/main/{file}#L{line}",
        ))
}

pub(crate) fn run(matches: &ArgMatches) -> Result<Outcome, Failure> {
    let file = matches.get_one::<OsString>("file").cloned().unwrap_or_default();
    let option = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let document = Table::read(&file)?.into_document();
    let mut page = Page::new(&document);
    if let Some(title) = option("title") {
        page = page.title(title);
    }
    if let Some(template) = option("source-link") {
        page = page.source_link(template).map_err(|error| format!("--source-link: {error}"))?;
    }
    Ok(Outcome { text: page.to_html(), code: 0 })
}
