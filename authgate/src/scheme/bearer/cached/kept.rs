//! What is kept of a token, and where.

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use ctutils::CtEq as _;
use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Weighter};

use super::CacheSize;
use crate::jws::Leeway;
use crate::right::Context;
use crate::scheme::Identity;
use crate::scheme::bearer::Who;

/// Who a token is of, and for how long that is known without its being verified.
pub(super) struct Kept<P> {
    pub(super) principal: P,
    pub(super) context: Context,
    pub(super) verified_at: SystemTime,
    /// Of the keys with which it was verified.
    pub(super) generation: usize,
}

impl<P> Kept<P> {
    /// Whether verifying it now would say the same: the keys are the same, and it has neither ended nor, since the clock has
    /// gone back, not yet begun (`nbf`): it had when it was verified.
    pub(super) fn holds(&self, generation: usize, now: SystemTime, leeway: Leeway) -> bool {
        let leeway = Duration::from_secs(leeway.as_secs());
        let ends = self.context.expires_at().and_then(|end| end.checked_add(leeway));
        self.generation == generation && self.verified_at <= now && ends.is_none_or(|end| now < end)
    }
}

impl<P: Clone + Send + Sync> Who<P> for Arc<Kept<P>> {
    fn context(&self) -> &Context {
        &self.context
    }

    fn into_identity(self) -> Identity<P> {
        Identity::new(self.principal.clone(), self.context.clone())
    }
}

/// Tokens that were verified, as many as there is room for.
pub(super) struct Store<P>(Cache<Whole, Arc<Kept<P>>, Weigh>);

/// A token, to the last byte.
struct Whole(Box<[u8]>);

/// One that is looked for.
struct Presented<'a>(&'a [u8]);

/// Longer ones are not kept, so that few tokens cannot fill the room of many.
const MOST_BYTES: usize = 4 * 1024;

/// Beside token and principal: the index with room to grow, what is remembered of tokens that had to make way, and the
/// allocator's own.
const BESIDE: usize = 320;

/// Of the methods of a login (`amr`), besides their letters: where they are, and the least that an allocator gives.
const EACH_METHOD: usize = size_of::<Box<str>>() + 32;

impl<P> Store<P> {
    pub(super) fn new(size: CacheSize) -> Self {
        let bytes = size.bytes();
        // Of the size that is usual.
        let tokens = usize::try_from(bytes / 1024).unwrap_or(usize::MAX);
        Self(Cache::with_weighter(tokens, bytes, Weigh))
    }

    pub(super) const fn takes(token: &[u8]) -> bool {
        token.len() <= MOST_BYTES
    }

    /// A count of references, and no copy: no lock is held where the principal is cloned.
    pub(super) fn get(&self, token: &[u8]) -> Option<Arc<Kept<P>>> {
        self.0.get(&Presented(token))
    }

    pub(super) fn insert(&self, token: &[u8], kept: &Arc<Kept<P>>) {
        self.0.insert(Whole(token.into()), Arc::clone(kept));
    }

    pub(super) fn remove(&self, token: &[u8]) {
        // The look-up alone takes no exclusive lock: most tokens that are refused were never there.
        if self.0.contains_key(&Presented(token)) {
            drop(self.0.remove(&Presented(token)));
        }
    }
}

#[derive(Clone)]
struct Weigh;

impl<P> Weighter<Whole, Arc<Kept<P>>> for Weigh {
    fn weight(&self, token: &Whole, kept: &Arc<Kept<P>>) -> u64 {
        let context = &kept.context;
        let texts = [context.token_id(), context.acr()].into_iter().flatten().map(str::len);
        let methods = context.amr().map(|method| method.len() + EACH_METHOD);
        // Its claims are in the principal, and some of them in the context as well.
        let claims = token.0.len() + texts.sum::<usize>() + methods.sum::<usize>();
        u64::try_from(token.0.len() + claims + size_of::<Kept<P>>() + BESIDE).unwrap_or(u64::MAX)
    }
}

/// In constant time, since the other is a secret of whoever it was given to.
fn are_equal(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).to_bool()
}

impl PartialEq for Whole {
    fn eq(&self, other: &Self) -> bool {
        are_equal(&self.0, &other.0)
    }
}

impl Eq for Whole {}

impl Hash for Whole {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Presented(&self.0).hash(state);
    }
}

impl Hash for Presented<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(self.0);
    }
}

impl Equivalent<Whole> for Presented<'_> {
    fn equivalent(&self, token: &Whole) -> bool {
        are_equal(self.0, &token.0)
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher, DefaultHasher};
    use std::time::UNIX_EPOCH;

    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn kept(principal: String, end: Option<u64>) -> Arc<Kept<String>> {
        let context = Context::of("Bearer").with_expires_at(end.map(at));
        Arc::new(Kept { principal, context, verified_at: at(1000), generation: 3 })
    }

    #[test]
    fn it_holds_between_when_it_was_verified_and_its_end_with_the_same_keys() {
        let leeway = |seconds| Leeway::seconds(seconds).unwrap();
        let ends = kept("vera".into(), Some(2000));
        let holds = |now, with| ends.holds(3, at(now), leeway(with));
        assert!(holds(1000, 0) && holds(1999, 0) && holds(2029, 30));
        assert!(!holds(2000, 0) && !holds(2030, 30), "standards.md row 82, with the verifier's leeway");
        assert!(!holds(999, 30), "the clock has gone back to before it was verified");
        assert!(!ends.holds(2, at(1500), leeway(0)) && !ends.holds(4, at(1500), leeway(0)));
        let never_ends = kept("vera".into(), None);
        assert!(
            never_ends.holds(3, at(u64::from(u32::MAX)), leeway(0))
                && !never_ends.holds(3, at(999), leeway(0))
        );
    }

    /// All of whose hashes are the same.
    #[derive(Clone)]
    struct Constant;

    struct Same(DefaultHasher);

    impl Hasher for Same {
        fn finish(&self) -> u64 {
            7
        }

        fn write(&mut self, bytes: &[u8]) {
            self.0.write(bytes);
        }
    }

    impl BuildHasher for Constant {
        type Hasher = Same;

        fn build_hasher(&self) -> Same {
            Same(DefaultHasher::new())
        }
    }

    #[test]
    fn a_token_with_the_hash_of_another_is_another() {
        let cache: Cache<Whole, u8, quick_cache::UnitWeighter, Constant> =
            Cache::with(8, 8, quick_cache::UnitWeighter, Constant, Default::default());
        let token = b"a.token.of-some-length-that-is-no-multiple-of-eight";
        cache.insert(Whole(token[..].into()), 1);
        assert_eq!(cache.get(&Presented(token)), Some(1));
        for position in 0..token.len() {
            let mut other = *token;
            other[position] ^= 1;
            assert_eq!(cache.get(&Presented(&other)), None, "at {position}");
        }
        assert_eq!(cache.get(&Presented(&token[..token.len() - 1])), None);
        assert_eq!(cache.get(&Presented(&[&token[..], b"A"].concat())), None);
    }

    #[test]
    fn what_it_says_is_where_the_last_was_kept() {
        let store = Store::new(CacheSize::mebibytes(1));
        store.insert(b"a", &kept("vera".into(), None));
        store.insert(b"a", &kept("ada".into(), None));
        assert_eq!(store.get(b"a").unwrap().principal, "ada");
        store.remove(b"b");
        store.remove(b"a");
        assert!(store.get(b"a").is_none());
    }

    #[test]
    fn a_hit_allocates_what_the_principal_does_and_no_more() {
        let store = Store::new(CacheSize::mebibytes(1));
        store.insert(b"a", &kept("vera".into(), Some(2000)));
        let identity = || store.get(b"a").unwrap().into_identity();
        assert_eq!(allocation_counter::measure(|| drop(identity())).count_total, 1);
    }

    /// Of all lengths, those that are just kept among them; and of the allocator's bytes at their most, not at the end.
    #[test]
    fn its_size_is_a_bound_of_what_it_takes() {
        for (mebibytes, length, tokens) in
            [(1, 20, 50_000), (1, 250, 20_000), (2, 4096, 5_000), (8, 250, 50_000)]
        {
            let size = CacheSize::mebibytes(mebibytes);
            let measured = allocation_counter::measure(|| {
                let store = Store::new(size);
                for number in 0..tokens {
                    let token = format!("{number:0length$}");
                    // As large as the claims can be.
                    let principal = token[..length * 3 / 4].to_owned();
                    store.insert(token.as_bytes(), &kept(principal, Some(2000)));
                }
            });
            assert!(
                measured.bytes_max <= size.bytes(),
                "{} bytes of {size:?} for {length}",
                measured.bytes_max
            );
            assert!(measured.bytes_max > size.bytes() / 4, "it is used: {} of {size:?}", measured.bytes_max);
        }
    }

    /// The shortest methods take far more than their letters.
    #[test]
    fn what_a_token_says_of_the_login_counts() {
        let size = CacheSize::mebibytes(1);
        let measured = allocation_counter::measure(|| {
            let store = Store::new(size);
            for number in 0..5_000 {
                let context = Context::of("Bearer")
                    .with_acr(Box::from("1"))
                    .with_token_id(Arc::from("a"))
                    .with_amr((0..32).map(|_| Box::from("a")));
                let kept = Kept { principal: String::new(), context, verified_at: at(1000), generation: 3 };
                store.insert(format!("{number:0300}").as_bytes(), &Arc::new(kept));
            }
        });
        // The allocator gives no block of fewer than 32 bytes, and counts those that are asked for: 31 for each method.
        let beside = 31 * 32 * 5_000_u64.min(measured.bytes_max / 2048);
        assert!(measured.bytes_max + beside <= size.bytes(), "{} bytes of {size:?}", measured.bytes_max);
    }

    /// What the context keeps of a token, the principal may keep as well.
    #[test]
    fn what_is_kept_of_a_token_twice_counts_twice() {
        let size = CacheSize::mebibytes(2);
        let long = "a".repeat(2900);
        type Keep = fn(Context, &str) -> Context;
        let keep: [Keep; 3] = [
            |context, text| context.with_token_id(Arc::from(text)),
            |context, text| context.with_acr(Box::from(&text[..1024])),
            |context, text| context.with_amr((0..20).map(|_| Box::from(&text[..128]))),
        ];
        for keep in keep {
            let measured = allocation_counter::measure(|| {
                let store = Store::new(size);
                for number in 0..2_000 {
                    let context = keep(Context::of("Bearer"), &long);
                    let kept =
                        Kept { principal: long.clone(), context, verified_at: at(1000), generation: 3 };
                    store.insert(format!("{number:04000}").as_bytes(), &Arc::new(kept));
                }
            });
            assert!(measured.bytes_max <= size.bytes(), "{} bytes of {size:?}", measured.bytes_max);
        }
    }
}
