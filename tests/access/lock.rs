//! From the table to the lock, and back.

mod enforced;
mod errors;
mod locked;
mod names;
mod rewrite;
mod round_trip;

use authgate::access::lock::Lock;
use authgate_tests::app::routes;

#[test]
fn lock_of_the_application_has_the_designed_format() {
    let expected = "\
access.lock v1
role viewer
role editor > viewer
role admin > editor
scope reports:read
scope reports:write
GET     /admin/reports           role:admin
GET     /health                  public \"load balancer probe\"
GET     /me                      authenticated User
GET     /reports/{id}            role:viewer
PUT     /reports/{id}            role:editor & scope:reports:write
DELETE  /reports/{id}            role:admin
";
    let lock = routes().access().lock();
    assert_eq!(lock.to_string(), expected);
    assert_eq!(Lock::parse(expected), Ok(lock));
}
