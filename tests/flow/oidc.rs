//! Login by an OpenID provider, through the real router, with a provider in this process and a
//! paused clock.

mod attacks;
mod back_channel;
mod beside;
mod cookie;
mod form_post;
mod id_token;
mod outage;
mod secrets;
mod settings;
mod sign_in;
mod sign_out;
mod step_up;
mod world;
