//! Which exit code a verdict has.

use authgate_access::changes::Verdict;

/// What `--exit` says: of a verdict, its code.
pub(crate) type Said = (Verdict, u8);

/// From `new=1`.
pub(crate) fn parse(text: &str) -> Result<Said, String> {
    let (name, code) = text.split_once('=').ok_or("write a verdict, `=` and a code: new=1")?;
    let verdict = Verdict::ALL.into_iter().find(|verdict| verdict.id() == name);
    let verdict = verdict.ok_or_else(|| {
        let names: Vec<_> = Verdict::ALL.iter().map(|verdict| verdict.id()).collect();
        format!("`{name}` is no verdict: they are {}", names.join(", "))
    })?;
    let code = code.parse().map_err(|_| format!("`{code}` is no exit code: they are 0 to 255"))?;
    Ok((verdict, code))
}

/// The codes of all verdicts.
pub(crate) struct Codes(Vec<Said>);

impl Codes {
    /// What is said of a verdict goes before what it has by itself, the last before others.
    pub(crate) fn with(said: impl Iterator<Item = Said>) -> Self {
        Self(said.collect())
    }

    /// The highest.
    pub(crate) fn of(&self, verdicts: impl Iterator<Item = Verdict>) -> u8 {
        verdicts.map(|verdict| self.code(verdict)).max().unwrap_or(0)
    }

    fn code(&self, verdict: Verdict) -> u8 {
        let said = self.0.iter().rev().find(|(of, _)| *of == verdict).map(|(_, code)| *code);
        said.unwrap_or(match verdict {
            Verdict::NewlyPublic => 2,
            Verdict::Widened | Verdict::Changed => 1,
            Verdict::New | Verdict::Narrowed | Verdict::Gone | Verdict::Same => 0,
            // One that this has not heard of is nothing to pass.
            _ => 1,
        })
    }
}
