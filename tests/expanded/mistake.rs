::core::compile_error! {
    "`#[requires(..)]` on a handler knows no `rol` (did you mean `role`?); it knows `role`, `permission`, `scope`, `in`, `policy`, `all`, `any`, `not`, `scheme`, `issuer`, `factor`, `acr`, `fresh`, `on`, `conceal`, `waive`, `principal` and `crate`"
}
::core::compile_error! {
    "a handler must be `async` or return a future: write `async fn`"
}
#[allow(unused_variables, unused_mut, dead_code, clippy::all, clippy::pedantic)]
async fn purge(admin: ag::__private::Mistake) -> ag::__private::Mistake {
    ag::__private::Mistake::new()
}
