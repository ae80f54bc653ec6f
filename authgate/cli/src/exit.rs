//! The exit codes of verdicts.

use authgate_access::changes::Verdict;

/// A verdict with its exit code, from `--exit`.
pub(crate) type VerdictCode = (Verdict, u8);

/// Parses `new=1`.
pub(crate) fn parse(text: &str) -> Result<VerdictCode, String> {
    let (name, code) = text.split_once('=').ok_or("expected VERDICT=CODE, such as new=1")?;
    let verdict = Verdict::ALL.into_iter().find(|verdict| verdict.id() == name);
    let verdict = verdict.ok_or_else(|| {
        let names: Vec<_> = Verdict::ALL.iter().map(|verdict| verdict.id()).collect();
        format!("unknown verdict `{name}`: expected one of {}", names.join(", "))
    })?;
    let code = code.parse().map_err(|_| format!("invalid exit code `{code}`: expected 0 to 255"))?;
    Ok((verdict, code))
}

/// Returns the highest exit code of the verdicts. The last override of a verdict applies.
pub(crate) fn code(overrides: &[VerdictCode], verdicts: impl Iterator<Item = Verdict>) -> u8 {
    let code = |verdict| match overrides.iter().rev().find(|(of, _)| *of == verdict) {
        Some((_, code)) => *code,
        None => default_code(verdict),
    };
    verdicts.map(code).max().unwrap_or(0)
}

const fn default_code(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::NewlyPublic => 2,
        Verdict::New | Verdict::Narrowed | Verdict::Gone | Verdict::Same => 0,
        // An unknown verdict fails the check, too.
        _ => 1,
    }
}
