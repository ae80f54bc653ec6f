//! The macros of authgate.
