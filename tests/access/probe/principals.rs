//! Principals that the probe can build, and principals that it cannot build.

use authgate::routing::get;
use authgate::testing::{TestGate, principal, test_principal_with};
use authgate::{Authenticated, Gate, Principal, Router, public};

use super::{failures, probe_own_lock, probed, probed_with};

/// A type without `Default`.
#[derive(Clone, Debug, PartialEq)]
struct Address(String);

#[derive(authgate::Principal)]
struct Addressed {
    #[principal(id)]
    sub: String,
    address: Address,
}

#[derive(authgate::Principal)]
struct Sampled {
    #[principal(id)]
    serial: u32,
    #[principal(sample = Address("tests@example.com".to_owned()))]
    address: Address,
}

/// A manual impl of `Principal`.
struct ByHand(String);

impl Principal for ByHand {
    type Id = str;
    const NAME: &'static str = "ByHand";

    fn id(&self) -> &str {
        &self.0
    }
}

async fn addressed(by: Authenticated<Addressed>) -> String {
    by.address.0.clone()
}
async fn sampled(by: Authenticated<Sampled>) -> String {
    by.address.0.clone()
}
async fn manual_principal(by: Authenticated<ByHand>) -> String {
    by.0.clone()
}

#[tokio::test]
async fn field_without_a_sample_is_reported_once() {
    let router: Router<Gate<Addressed>> =
        Router::new().route("/x", get(addressed)).route("/y", get(addressed));
    let report = probe_own_lock(router, TestGate::new().gate()).await;
    let [(who, expected, got)] = failures(&report)[..] else { panic!("{report}") };
    assert_eq!((who, expected), ("every `Addressed`", "a sample"));
    assert!(got.contains("its field `address: ") && got.contains("`#[principal(sample = ..)]`"), "{got}");
    assert_eq!(report.failures()[0].route(), "");
    let text = report.to_string();
    assert!(
        text.starts_with("    expected a sample, got cannot create a sample of `Addressed`")
            || text.starts_with("every `Addressed`"),
        "{text}"
    );
}

#[tokio::test]
async fn field_sample_of_the_derive_is_used() {
    let router: Router<Gate<Sampled>> = Router::new().route("/x", get(sampled));
    probe_own_lock(router, TestGate::new().gate()).await.assert_clean();
    assert_eq!(principal::<Sampled>(7_u32).build().address, Address("tests@example.com".to_owned()));
    assert_eq!(principal::<Sampled>(7_u32).build().serial, 7);
}

#[tokio::test]
async fn manual_principal_needs_a_sample_from_the_test() {
    let router = || Router::<Gate<ByHand>>::new().route("/x", get(manual_principal));
    let report = probe_own_lock(router(), TestGate::new().gate()).await;
    let [(who, _, got)] = failures(&report)[..] else { panic!("{report}") };
    assert_eq!(who, "every `ByHand`");
    assert!(got.contains("`.principal(test_principal_with(|| ..))`"), "{got}");

    let lock = router().access().lock().to_string();
    let made = || test_principal_with(|| ByHand("ada".to_owned()));
    let report = probed_with(router(), TestGate::new().gate(), &lock, |probe| probe.principal(made())).await;
    report.assert_clean();

    #[public(reason = "a mistake")]
    async fn open() {}
    let report =
        probed(Router::<Gate<ByHand>>::new().route("/x", get(open)), TestGate::new().gate(), &lock).await;
    assert_eq!(failures(&report), [("anonymous", "401", "admitted")], "{report}");
}

#[tokio::test]
async fn test_can_provide_the_sample_of_a_derived_principal() {
    let router: Router<Gate<Addressed>> = Router::new().route("/x", get(addressed));
    let lock = router.access().lock().to_string();
    let made = test_principal_with(|| Addressed { sub: "ada".to_owned(), address: Address("x".to_owned()) });
    probed_with(router, TestGate::new().gate(), &lock, |probe| probe.principal(made)).await.assert_clean();
}
