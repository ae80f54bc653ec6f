//! `jwk_set` of the library, for libFuzzer or for files.
#![cfg_attr(fuzzing, no_main)]

authgate_fuzz::target!(jwk_set);
