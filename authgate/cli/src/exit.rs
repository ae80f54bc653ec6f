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

/// The exit codes of all verdicts.
pub(crate) struct Codes(Vec<VerdictCode>);

impl Codes {
    /// Overrides the default codes. The last override of a verdict applies.
    pub(crate) fn with(overrides: impl Iterator<Item = VerdictCode>) -> Self {
        Self(overrides.collect())
    }

    /// Returns the highest code.
    pub(crate) fn of(&self, verdicts: impl Iterator<Item = Verdict>) -> u8 {
        verdicts.map(|verdict| self.code(verdict)).max().unwrap_or(0)
    }

    fn code(&self, verdict: Verdict) -> u8 {
        let code = self.0.iter().rev().find(|(of, _)| *of == verdict).map(|(_, code)| *code);
        code.unwrap_or(match verdict {
            Verdict::NewlyPublic => 2,
            Verdict::Widened | Verdict::Changed => 1,
            Verdict::New | Verdict::Narrowed | Verdict::Gone | Verdict::Same => 0,
            // An unknown verdict fails the check.
            _ => 1,
        })
    }
}
