//! Skeleton.
use std::marker::PhantomData;
use crate::right::Grant;
/// x
#[derive(Debug)]
pub struct Authenticated<P>(PhantomData<fn() -> P>);
/// x
pub struct Authorized<R, P = <R as Grant>::Principal>(PhantomData<fn() -> (R, P)>);
