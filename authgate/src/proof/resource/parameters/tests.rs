use serde::Deserialize;

use super::*;

#[derive(Debug, Deserialize, PartialEq)]
struct Named {
    id: u64,
    org: String,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Id(u64);

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Invoice,
    Offer,
}

/// A key that rejects the placeholder.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct Code;

impl TryFrom<String> for Code {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.len() == 3 { Ok(Self) } else { Err("expected three letters") }
    }
}

fn with(parameters: &[(&str, &str)]) -> PathParameters {
    PathParameters::new(parameters.iter().map(|(name, value)| ((*name).into(), (*value).into())))
}

fn one<K: DeserializeOwned>(value: &str) -> Result<K, NoKey> {
    with(&[("id", value)]).take(&[])
}

#[test]
fn path_value_must_be_the_canonical_form_of_the_key() {
    assert_eq!(one::<u64>("42"), Ok(42));
    assert_eq!(one::<i64>("-42"), Ok(-42));
    assert_eq!(one::<u8>("0"), Ok(0));
    assert_eq!(one::<Id>("7"), Ok(Id(7)));
    assert_eq!(one::<String>("a/b é"), Ok("a/b é".to_owned()));
    assert_eq!(one::<Kind>("offer"), Ok(Kind::Offer));
    assert_eq!(one::<char>("é"), Ok('é'));
    assert_eq!(one::<bool>("true"), Ok(true));
    let long = "9".repeat(300);
    for value in
        ["", "+7", "007", "00", "-0", "-1", "256", "1e3", "1.0", " 1", "1 ", "٣", "0x1", "1_0", "\0", &long]
    {
        assert_eq!(one::<u8>(value), Err(NoKey::Unfit), "{value:?}");
    }
    assert_eq!(one::<String>(&long), Err(NoKey::Unfit));
    assert_eq!(one::<Kind>("Offer"), Err(NoKey::Unfit));
    assert_eq!(one::<f64>("1"), Err(NoKey::Mismatch));
    assert_eq!(one::<Option<u8>>("1"), Err(NoKey::Mismatch));
    assert_eq!(one::<Vec<u8>>("1"), Err(NoKey::Mismatch));
}

#[test]
fn composite_key_is_built_by_position_or_by_name() {
    let path = [("org", "acme"), ("id", "7")];
    assert_eq!(with(&path).take(&[]), Ok(("acme".to_owned(), 7_u64)));
    assert_eq!(with(&path).take(&["id"]), Ok(7_u64));
    assert_eq!(with(&path).take(&["id", "org"]), Ok((Id(7), "acme".to_owned())));
    assert_eq!(with(&path).take(&[]), Ok(Named { id: 7, org: "acme".to_owned() }));
    assert_eq!(with(&path).take::<u64>(&["other"]), Err(NoKey::Mismatch));
    assert_eq!(with(&path[..1]).take::<Named>(&[]), Err(NoKey::Mismatch));
    assert_eq!(with(&path).take::<(String, u64, u64)>(&[]), Err(NoKey::Mismatch));
    let mut path = with(&path);
    assert_eq!((path.take(&[]), path.take(&[])), (Ok("acme".to_owned()), Ok(7_u64)));
    assert_eq!(path.take::<u64>(&[]), Err(NoKey::Mismatch));
}

fn checked<K: DeserializeOwned>(path: &str, names: &[&str]) -> Result<(), String> {
    let mut path = PathParameters::of_route(path);
    let checked = path.check::<K>(names, TypeName::of::<Named>()).and_then(|()| path.check_all_are_taken());
    checked.map_err(|error| error.to_string())
}

#[test]
fn mismatched_path_parameters_are_an_error_at_router_construction() {
    for (checked, expected) in [
        (checked::<u64>("/reports/{id}", &[]), None),
        (checked::<u64>("/orgs/{org}/reports/{id}", &["id"]), None),
        (checked::<(String, (u8, Id))>("/{a}/{b}/x/{*c}", &[]), None),
        (checked::<Named>("/orgs/{org}/reports/{id}/{more}", &[]), None),
        (checked::<Kind>("/{{id}}/{kind}", &[]), None),
        (checked::<u64>("/reports", &[]), Some("but the path has 0")),
        (checked::<u64>("/orgs/{org}/reports/{id}", &[]), Some("const PARAMETERS")),
        (checked::<u64>("/reports/{id}", &["di"]), Some("did you mean \"id\"?")),
        (checked::<Named>("/reports/{id}", &[]), Some("\"org\", which the path does not have")),
        (checked::<(u8, u8)>("/{a}/{b}", &["a"]), Some("name each once")),
        (checked::<Option<u8>>("/{a}", &[]), Some("cannot be parsed from path parameters")),
        (checked::<Vec<u8>>("/{a}", &[]), Some("cannot be parsed from path parameters")),
        (checked::<()>("/{a}", &[]), Some("cannot be parsed from path parameters")),
        (checked::<(u8, Named)>("/{a}/{id}/{org}", &[]), Some("cannot be parsed from path parameters")),
        (checked::<(Named, u8)>("/{a}/{id}/{org}", &[]), Some("cannot be parsed from path parameters")),
        (checked::<((Code, u8), u8)>("/{a}/{b}/{c}", &[]), None),
        (checked::<((Code, u8), u8)>("/{a}/{b}", &[]), Some("has 3 path parameter(s)")),
    ] {
        match (&checked, expected) {
            (Ok(()), None) => {}
            (Err(error), Some(expected)) => assert!(error.contains(expected), "{error}"),
            _ => panic!("{checked:?} and not {expected:?}"),
        }
    }
}
