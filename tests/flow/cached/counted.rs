//! A principal that counts how often it is read from claims, which is how often a signed token was verified,
//! whether it was then good in everything or not. Each test has a thread
//! of its own, and so a count.

use std::cell::{Cell, RefCell};

use serde::{Deserialize, Deserializer};

thread_local! {
    static READ: Cell<usize> = const { Cell::new(0) };
    static MEANWHILE: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) };
}

/// How often since the last time.
pub(crate) fn times_read() -> usize {
    READ.take()
}

/// Does something while the next token is verified, when its signature has been found good.
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
