//! The documents, in SQLite.

use authgate::{Authorized, By, Granted, Proof, Visible};
use sqlx::SqlitePool;

pub struct Store;
