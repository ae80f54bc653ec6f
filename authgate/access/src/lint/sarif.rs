//! Findings as SARIF.

use super::Finding;
use crate::sarif::{Found, Rule, log};

/// Returns findings as a SARIF 2.1.0 log. A finding is at its place in the source if that is known,
/// or at its line in `file`: the lock, or the document if there is no lock. Accepted findings are
/// suppressed with their reason.
///
/// # Examples
///
/// ```
/// use authgate::access::lint::to_sarif;
///
/// assert!(to_sarif(&[], "access.lock").contains("2.1.0"));
/// ```
#[must_use]
pub fn to_sarif(findings: &[Finding], file: &str) -> String {
    let found = findings.iter().map(|finding| {
        let (file, line) = match &finding.source {
            Some(source) => {
                (source.file.as_str(), usize::try_from(source.line).ok().filter(|line| *line > 0))
            }
            None => (file, finding.lock_line),
        };
        let text = format!("{}: {}", finding.subject(), finding.message);
        let accepted = finding.accepted.as_deref();
        Found { id: finding.id, text, subject: finding.subject(), file, line, accepted }
    });
    log(&RULES, found)
}

const fn warning(id: &'static str, short: &'static str, help: &'static str) -> Rule {
    Rule { id, level: "warning", short, help }
}

/// In the order of [`IDS`](super::IDS).
const RULES: [Rule; 10] = [
    warning(
        "siblings",
        "Two methods that change the same resource have different rules",
        "A caller that cannot change a resource should not be able to delete it. Give PUT and PATCH the same rule, and DELETE a \
         rule that is at least as strict.",
    ),
    warning(
        "weaker-write",
        "A method that changes a resource allows more callers than GET",
        "Callers can change what they cannot read. Make the rule at least as strict as that of GET.",
    ),
    warning(
        "two-rules",
        "A handler is registered with two rules",
        "The weaker rule is the one that protects the function. Give each rule its own function, or both routes one rule.",
    ),
    warning(
        "public-body",
        "A public route reads the request body",
        "Anonymous clients can send data and cause work. Require authentication, or limit the body and accept the finding.",
    ),
    warning(
        "gated-well-known",
        "A route for clients without credentials requires authentication",
        "Crawlers, browsers and load balancers have no credentials and always get 401. Make the route public, with a reason.",
    ),
    warning(
        "unused-role",
        "No rule uses a role",
        "The role grants access to nothing, or a rule requires another role by mistake. Remove the role, or require it.",
    ),
    warning(
        "unreachable",
        "No caller can satisfy the rule of a route",
        "The route is dead. Remove the contradiction, or the route.",
    ),
    warning(
        "exact-tenant",
        "A rule excludes a right in a tenant without a canonical form",
        "Another spelling of the tenant's name passes the rule if the application's lookup accepts it. Set `Tenant::CANONICAL`.",
    ),
    warning(
        "unlisted-scope",
        "A rule requires a scope that the protected resource metadata does not list",
        "Clients cannot know that they need the scope. List it in `scopes_supported` (RFC 9728).",
    ),
    warning(
        "acceptance",
        "A comment in the lock accepts nothing",
        "The comment suggests a decision that has no effect. Correct or remove it.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_a_rule_for_every_lint() {
        assert_eq!(RULES.map(|rule| rule.id), super::super::IDS);
    }
}
