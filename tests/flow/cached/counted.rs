//! A principal that counts how often it is deserialized from claims. The count equals the number of
//! verified tokens with a valid signature. Each test runs on a separate thread and therefore has a
//! separate count.

use std::cell::{Cell, RefCell};

use serde::{Deserialize, Deserializer};

thread_local! {
    static READ: Cell<usize> = const { Cell::new(0) };
    static MEANWHILE: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) };
}

/// Returns the count and resets it.
pub(crate) fn take_verification_count() -> usize {
    READ.take()
}

/// Runs `act` while the next token is verified, after its signature check.
pub(crate) fn meanwhile(act: impl FnOnce() + 'static) {
    MEANWHILE.set(Some(Box::new(act)));
}

#[derive(Clone, authgate::Principal)]
pub(crate) struct User {
    #[principal(id)]
    pub(crate) sub: String,
}

impl<'de> Deserialize<'de> for User {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Claims {
            sub: String,
        }

        READ.set(READ.get() + 1);
        if let Some(act) = MEANWHILE.take() {
            act();
        }
        Claims::deserialize(deserializer).map(|Claims { sub }| Self { sub })
    }
}
