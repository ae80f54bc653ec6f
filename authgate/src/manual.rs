//! Chapters: how the pieces are used together.

#[doc = include_str!("manual/convert.md")]
pub mod convert {}

#[cfg(all(feature = "session", feature = "testing"))]
#[doc = include_str!("manual/accounts.md")]
pub mod accounts {}

#[cfg(all(feature = "session", feature = "password"))]
#[doc = include_str!("manual/sessions.md")]
pub mod sessions {}

#[cfg(all(feature = "fetch", feature = "oidc"))]
#[doc = include_str!("manual/login.md")]
pub mod login {}

#[cfg(all(feature = "api-key", feature = "session"))]
#[doc = include_str!("manual/migrate.md")]
pub mod migrate {}

#[doc = include_str!("manual/service_layer.md")]
pub mod service_layer {}

#[doc = include_str!("manual/providers.md")]
pub mod providers {}

#[cfg(all(feature = "fetch", feature = "testing"))]
#[doc = include_str!("manual/oauth.md")]
pub mod oauth {}

#[cfg(all(feature = "fetch", feature = "testing"))]
#[doc = include_str!("manual/mcp.md")]
pub mod mcp {}

#[cfg(feature = "fetch")]
#[doc = include_str!("manual/operating.md")]
pub mod operating {}

#[cfg(all(feature = "fetch", feature = "session"))]
#[doc = include_str!("manual/machines.md")]
pub mod machines {}

#[cfg(all(feature = "fetch", feature = "testing"))]
#[doc = include_str!("manual/deploy.md")]
pub mod deploy {}

#[doc = include_str!("manual/connections.md")]
pub mod connections {}

#[doc = include_str!("manual/events.md")]
pub mod events {}

#[doc = include_str!("manual/routers.md")]
pub mod routers {}

#[doc = include_str!("manual/cryptography.md")]
pub mod cryptography {}

#[doc = include_str!("manual/cost.md")]
pub mod cost {}

#[doc = include_str!("manual/load.md")]
pub mod load {}

#[cfg(feature = "testing")]
#[doc = include_str!("manual/reviewing.md")]
pub mod reviewing {}

#[cfg(feature = "testing")]
#[doc = include_str!("manual/probe.md")]
pub mod probe {}

#[cfg(feature = "testing")]
#[doc = include_str!("manual/testing.md")]
pub mod testing {}
