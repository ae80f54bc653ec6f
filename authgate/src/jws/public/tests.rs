mod agreement;
mod der;
mod ed25519;
