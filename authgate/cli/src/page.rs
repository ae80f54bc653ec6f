//! `cargo authgate page FILE`

use authgate_access::page::Page;
use clap::{ArgMatches, Command};

use crate::table::Table;
use crate::{Failure, Outcome, input, option, path_of, text_of};

pub(crate) const NAME: &str = "page";

const AFTER: &str = "\
The page is a single file. It works without a network and without scripts.

Exit codes: 0; 3 if an input cannot be read.";

pub(crate) fn command() -> Command {
    Command::new(NAME)
        .about("Writes the access rules as an HTML page to standard output")
        .after_help(AFTER)
        .arg(input("file", "FILE", "A lock, a document in JSON, or - for standard input"))
        .arg(option("title", "TITLE", "The title of the page"))
        .arg(option(
            "source-link",
            "TEMPLATE",
            "The address of a line of the source, such as https://github.com/acme/app/blob/main/{file}#L{line}",
        ))
}

pub(crate) fn run(matches: &ArgMatches) -> Result<Outcome, Failure> {
    let document = Table::read(path_of(matches, "file"))?.into_document();
    let mut page = Page::new(&document);
    if let Some(title) = text_of(matches, "title") {
        page = page.title(title);
    }
    if let Some(template) = text_of(matches, "source-link") {
        page = page.source_link(template).map_err(|error| format!("--source-link: {error}"))?;
    }
    Ok(Outcome { text: page.to_html(), code: 0 })
}
