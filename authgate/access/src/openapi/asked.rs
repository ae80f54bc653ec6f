//! What a route asks of a gate's callers, and what it denies them with.

use super::reasons::{Denials, denials};
use super::ways::{Alternative, alternatives};
use crate::openapi::{DescribedGate, OpenApiError};
use crate::{Declaration, Route, Rule};

/// The ways in, and the denials.
pub(super) struct Asked {
    pub(super) alternatives: Vec<Alternative>,
    pub(super) denials: Denials,
}

/// What is asked of everybody, and not waived on the route.
pub(super) fn required(gate: &DescribedGate, route: &Route) -> Vec<&'static Rule> {
    let right = match route.declaration() {
        Declaration::Authorized { right, .. } => Some(right),
        _ => None,
    };
    let required = gate.required.iter().copied();
    required.filter(|required| right.is_none_or(|right| !right.waives(required))).collect()
}

/// Finds it out.
///
/// # Errors
///
/// Nobody can call it.
pub(super) fn asked(gate: &DescribedGate, route: &Route, method: &str) -> Result<Asked, OpenApiError> {
    let declaration = route.declaration();
    let taken = declaration.taken();
    let required = required(gate, route);
    let mut rights = required.clone();
    if let Declaration::Authorized { right, .. } = declaration {
        rights.push(right);
    }
    let alternatives = alternatives(gate, &rights, taken);
    if alternatives.is_empty() {
        let schemes: Vec<_> = gate.schemes.iter().map(|scheme| scheme.name).collect();
        return Err(OpenApiError::new(format!(
            "nobody can call `{} {}`: it asks for {declaration}, and the gate of `{}` has {schemes:?}, none of which will do: \
             add the scheme to the gate, or ask for another",
            route.method(),
            route.shown_path(),
            gate.principal,
        )));
    }
    let schemes: Vec<_> = gate.schemes.iter().filter(|scheme| taken.takes(scheme.name)).collect();
    let denials = denials(gate, &schemes, &declaration, &required, method);
    Ok(Asked { alternatives, denials })
}
