//! The target `issuer`, for libFuzzer or for files.
#![cfg_attr(fuzzing, no_main)]

authgate_fuzz::target!(issuer);
