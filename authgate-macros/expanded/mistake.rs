::core::compile_error! {
    "unknown key `rol` (did you mean `role`?) in `#[requires(..)]` on a handler: expected one of `role`, `permission`, `scope`, `in`, `policy`, `all`, `any`, `not`, `scheme`, `issuer`, `factor`, `acr`, `fresh`, `on`, `conceal`, `waive`, `principal` and `crate`"
}
::core::compile_error! {
    "a handler must be `async` or return a future: write `async fn`"
}
#[allow(unused_variables, unused_mut, dead_code, clippy::all, clippy::pedantic)]
async fn purge(admin: ag::__private::Mistake) -> ag::__private::Mistake {
    ag::__private::Mistake::new()
}
