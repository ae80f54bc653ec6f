//! JSON that is expensive to parse for its length. `authgate/benches/load` measures the time for
//! the same values.

/// A kind of JSON value: its name, and a function that returns a value of about this many bytes.
pub(crate) type Shape = (&'static str, fn(usize) -> String);

/// Values that could cost a parser stack, memory or time.
pub(crate) const VALUES: [Shape; 11] = [
    ("a long string", long_string),
    ("a string of escapes", |bytes| format!("\"{}\"", r"\u0061".repeat(bytes / 6))),
    ("nested arrays", nested_arrays),
    ("nested arrays without end", |bytes| "[".repeat(bytes)),
    ("nested objects", nested_objects),
    ("short strings", short_strings),
    ("strings of escapes", escaped_strings),
    ("numbers", |bytes| array(bytes, "0")),
    ("digits", |bytes| "9".repeat(bytes)),
    ("digits after the point", |bytes| format!("1.{}", "7".repeat(bytes))),
    ("an object of names", |bytes| format!("{{{}}}", names(bytes))),
];

pub(crate) fn long_string(bytes: usize) -> String {
    format!("\"{}\"", "a".repeat(bytes))
}

pub(crate) fn nested_arrays(bytes: usize) -> String {
    ["[".repeat(bytes / 2), "]".repeat(bytes / 2)].concat()
}

pub(crate) fn nested_objects(bytes: usize) -> String {
    [r#"{"a":"#.repeat(bytes / 6), "0".to_owned(), "}".repeat(bytes / 6)].concat()
}

pub(crate) fn short_strings(bytes: usize) -> String {
    array(bytes, r#""a""#)
}

pub(crate) fn escaped_strings(bytes: usize) -> String {
    array(bytes, r#""\u0061""#)
}

/// Returns an array with as many elements as fit.
fn array(bytes: usize, element: &str) -> String {
    format!("[{}]", vec![element; bytes / (element.len() + 1)].join(","))
}

/// Returns as many members with distinct short names as fit.
pub(crate) fn names(bytes: usize) -> String {
    members(bytes, |number| format!("\"{number}\":0"))
}

/// Like `names`, with an escape in each name, so that a parser cannot borrow the names.
pub(crate) fn escaped_names(bytes: usize) -> String {
    members(bytes, |number| format!("\"\\n{number}\":0"))
}

fn members(bytes: usize, member: fn(usize) -> String) -> String {
    let mut text = member(0);
    for number in 1.. {
        let next = member(number);
        if text.len() + next.len() + 1 > bytes {
            break;
        }
        text.push(',');
        text.push_str(&next);
    }
    text
}
