#[automatically_derived]
impl ag::right::Right for Active {
    const RULE: &'static ag::access::Rule = &ag::access::Rule::Own(
        ag::access::Own::new(
                "account",
                "active",
                const {
                    &ag::denial::DenialMessage::new(
                        "account_suspended",
                        "Your account is suspended.",
                    )
                },
            )
            .of_type(::core::concat!(::core::module_path!(), "::", "Active")),
    );
}
#[automatically_derived]
impl ag::__private::Kinded for Active {
    type Kind = ag::__private::kind::Own<
        (
            ag::__private::kind::D3,
            (
                ag::__private::kind::D3,
                (
                    ag::__private::kind::D3,
                    (
                        ag::__private::kind::D0,
                        (
                            ag::__private::kind::D3,
                            (
                                ag::__private::kind::D1,
                                (
                                    ag::__private::kind::D2,
                                    (
                                        ag::__private::kind::D1,
                                        (
                                            ag::__private::kind::D1,
                                            (
                                                ag::__private::kind::D2,
                                                (
                                                    ag::__private::kind::D1,
                                                    (
                                                        ag::__private::kind::D3,
                                                        (
                                                            ag::__private::kind::D0,
                                                            (
                                                                ag::__private::kind::D0,
                                                                (ag::__private::kind::D1, (ag::__private::kind::D0, ())),
                                                            ),
                                                        ),
                                                    ),
                                                ),
                                            ),
                                        ),
                                    ),
                                ),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    >;
}
#[automatically_derived]
impl ag::__private::Atom for Active {}
#[automatically_derived]
impl ag::__private::RightOf for Active {
    type Principal = User;
}
#[automatically_derived]
impl ag::__private::Beside<User> for Active {}
#[automatically_derived]
impl ag::right::Right for Weekday {
    const RULE: &'static ag::access::Rule = &ag::access::Rule::Own(
        ag::access::Own::new("policy", "Weekday", &ag::denial::DenialMessage::DENIED)
            .of_type(::core::concat!(::core::module_path!(), "::", "Weekday")),
    );
}
#[automatically_derived]
impl ag::__private::Kinded for Weekday {
    type Kind = ag::__private::kind::Own<
        (
            ag::__private::kind::D0,
            (
                ag::__private::kind::D3,
                (
                    ag::__private::kind::D2,
                    (
                        ag::__private::kind::D3,
                        (
                            ag::__private::kind::D3,
                            (
                                ag::__private::kind::D0,
                                (
                                    ag::__private::kind::D2,
                                    (
                                        ag::__private::kind::D0,
                                        (
                                            ag::__private::kind::D2,
                                            (
                                                ag::__private::kind::D3,
                                                (
                                                    ag::__private::kind::D3,
                                                    (
                                                        ag::__private::kind::D2,
                                                        (
                                                            ag::__private::kind::D0,
                                                            (
                                                                ag::__private::kind::D1,
                                                                (ag::__private::kind::D1, (ag::__private::kind::D1, ())),
                                                            ),
                                                        ),
                                                    ),
                                                ),
                                            ),
                                        ),
                                    ),
                                ),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    >;
}
#[automatically_derived]
impl ag::__private::Atom for Weekday {}
#[automatically_derived]
impl<__P> ag::__private::Beside<__P> for Weekday {}
