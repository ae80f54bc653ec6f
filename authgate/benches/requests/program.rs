//! The program around the applications: its arguments and its output.

use std::process::ExitCode;

use tokio::runtime::Runtime;

use crate::apps::App;
use crate::instructions;
use crate::measure::{self, Measured, Subject};
use crate::tokens::Case;

const USAGE: &str = "arguments: none, --instructions, --list, --counts [NAME..], or --count NAME REQUESTS";

/// Runs the program. The other applications are compared with the first one.
pub(crate) fn run(apps: &[App], arguments: &[String]) -> ExitCode {
    let runtime = measure::runtime();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        [] => table(apps, &runtime, false),
        ["--instructions"] => table(apps, &runtime, true),
        ["--list"] => {
            names(apps).for_each(|name| println!("{name}"));
            Ok(())
        }
        ["--counts", names @ ..] => counts(apps, &runtime, names),
        ["--count", name, count] => count.parse().map_err(|_| USAGE.to_owned()).and_then(|count| {
            let (app, case) = find(apps, name)?;
            let subject = Subject::of(app, case).ok_or_else(|| format!("{name} cannot be done"))?;
            subject.check(&runtime).map_err(|wrong| format!("{name} {wrong}"))?;
            runtime.block_on(subject.ask(count));
            Ok(())
        }),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            eprintln!("{what}");
            ExitCode::FAILURE
        }
    }
}

fn name(app: &App, case: Case) -> String {
    format!("{}/{}", app.name, case.name())
}

fn names(apps: &[App]) -> impl Iterator<Item = String> {
    let all = apps.iter().flat_map(|app| Case::all().map(move |case| (app, case)));
    all.filter(|(app, case)| (app.router)(case.algorithm).is_some()).map(|(app, case)| name(app, case))
}

fn find<'a>(apps: &'a [App], wanted: &str) -> Result<(&'a App, Case), String> {
    let mut all = apps.iter().flat_map(|app| Case::all().map(move |case| (app, case)));
    all.find(|(app, case)| name(app, *case) == wanted).ok_or_else(|| format!("`{wanted}` is not in --list"))
}

/// Prints the instructions and allocations of these cases, one per line, for `.ci/instructions`.
fn counts(apps: &[App], runtime: &Runtime, wanted: &[&str]) -> Result<(), String> {
    for name in wanted {
        let (app, case) = find(apps, name)?;
        let subject = Subject::of(app, case).ok_or_else(|| format!("{name} cannot be done"))?;
        subject.check(runtime).map_err(|wrong| format!("{name} {wrong}"))?;
        // The first requests initialize values that later requests reuse.
        runtime.block_on(subject.ask(20));
        let allocations = subject.allocations(runtime);
        println!("{name}\t{}\t{allocations}", instructions::per_request(name, case.algorithm)?);
    }
    Ok(())
}

fn table(apps: &[App], runtime: &Runtime, with_instructions: bool) -> Result<(), String> {
    let width = apps.iter().map(|app| app.name.len()).max().unwrap_or_default();
    print!("{:<19} {:>width$} {:>8} {:>7} {:>7}", "case", "app", "ns", "x raw", "allocs");
    println!("{}", if with_instructions { " instructions" } else { "" });
    for case in Case::all() {
        let mut subjects = Vec::new();
        let mut able = Vec::new();
        for app in apps {
            if let Some(subject) = Subject::of(app, case) {
                subject.check(runtime).map_err(|wrong| format!("{} {wrong}", name(app, case)))?;
                subjects.push(subject);
                able.push(app);
            }
        }
        let measured = measure::side_by_side(runtime, &subjects);
        let Some(raw) = measured.first().map(|raw| raw.nanoseconds) else { continue };
        for (app, Measured { nanoseconds, allocations }) in able.iter().zip(&measured) {
            print!("{:<19} {:>width$} {nanoseconds:>8.0} ", case.name(), app.name);
            print!("{:>7.2} {allocations:>7}", nanoseconds / raw);
            if with_instructions {
                let count = instructions::per_request(&name(app, case), case.algorithm)?;
                print!(" {count:>12}");
            }
            println!();
        }
    }
    Ok(())
}
