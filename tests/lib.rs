//! What the tests of authgate share.
