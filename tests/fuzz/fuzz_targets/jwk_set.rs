//! The target `jwk_set`, for libFuzzer or for files.
#![cfg_attr(fuzzing, no_main)]

authgate_fuzz::target!(jwk_set);
