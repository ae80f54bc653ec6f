//! Cache entries and their storage.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Weighter};

use super::CacheSize;
use crate::jws::Leeway;
use crate::right::{Actor, Context};
use crate::scheme::SharedPrincipal;
use crate::secret::Tag;

/// A cache entry: the result of verifying a token.
pub(super) struct Kept<P> {
    pub(super) principal: P,
    pub(super) context: Context,
    pub(super) verified_at: SystemTime,
    /// The generation of the keys that verified the token.
    pub(super) generation: u64,
}

impl<P> Kept<P> {
    /// Returns `true` if verifying the token again would give the same result.
    ///
    /// The keys must be the same and the token must not have expired. A clock that has gone back to
    /// before the verification may precede `nbf`, so the entry does not count.
    pub(super) fn holds(&self, generation: u64, now: SystemTime, leeway: Leeway) -> bool {
        let leeway = Duration::from_secs(leeway.as_secs());
        let ends = self.context.expires_at().and_then(|end| end.checked_add(leeway));
        self.generation == generation && self.verified_at <= now && ends.is_none_or(|end| now < end)
    }
}

impl<P: Clone + Send + Sync> SharedPrincipal<P> for Kept<P> {
    fn principal(&self) -> &P {
        &self.principal
    }

    fn cloned(&self) -> P {
        self.principal.clone()
    }
}

/// A bounded cache of verified tokens.
pub(super) struct Store<P>(Cache<Token, Arc<Kept<P>>, Weigh>);

/// A complete token. It is compared in constant time, because a cached token is the secret of
/// another caller.
type Token = Tag<Box<[u8]>>;

/// Longer tokens are not cached, so that a few tokens cannot fill the cache.
const MOST_BYTES: usize = 4 * 1024;

/// Bytes per entry in addition to token and principal: the index with spare capacity, the records
/// of evicted tokens, and the overhead of the allocator.
const ENTRY_OVERHEAD: usize = 320;

/// Bytes per login method (`amr`) in addition to its text: the pointer and the smallest allocation.
const EACH_METHOD: usize = size_of::<Box<str>>() + 32;

impl<P> Store<P> {
    pub(super) fn new(size: CacheSize) -> Self {
        let bytes = size.bytes();
        // Assumes entries of the usual size.
        let tokens = usize::try_from(bytes / 1024).unwrap_or(usize::MAX);
        Self(Cache::with_weighter(tokens, bytes, Weigh))
    }

    pub(super) const fn takes(token: &[u8]) -> bool {
        token.len() <= MOST_BYTES
    }

    /// Returns a counted reference instead of a copy, so that no code of the application runs in
    /// the lock.
    pub(super) fn get(&self, token: &[u8]) -> Option<Arc<Kept<P>>> {
        self.0.get(&Tag::new(token))
    }

    pub(super) fn insert(&self, token: &[u8], kept: &Arc<Kept<P>>) {
        self.0.insert(Tag::new(token.into()), Arc::clone(kept));
    }

    pub(super) fn remove(&self, token: &[u8]) {
        // The lookup takes no exclusive lock, and most rejected tokens were never cached.
        if self.0.contains_key(&Tag::new(token)) {
            drop(self.0.remove(&Tag::new(token)));
        }
    }
}

#[derive(Clone)]
struct Weigh;

impl<P> Weighter<Token, Arc<Kept<P>>> for Weigh {
    fn weight(&self, token: &Token, kept: &Arc<Kept<P>>) -> u64 {
        let context = &kept.context;
        let actor = context.actor();
        let actor = [actor.and_then(Actor::subject), actor.and_then(Actor::issuer)];
        let texts = [context.token_id(), context.acr(), context.stated_text()];
        let texts = texts.into_iter().chain(actor).flatten().map(str::len);
        let methods = context.amr().map(|method| method.len() + EACH_METHOD);
        // The principal holds the claims, and the context repeats some of them.
        let claims = token.bytes().len() + texts.sum::<usize>() + methods.sum::<usize>();
        u64::try_from(token.bytes().len() + claims + size_of::<Kept<P>>() + ENTRY_OVERHEAD)
            .unwrap_or(u64::MAX)
    }
}

impl Equivalent<Token> for Tag<&[u8]> {
    fn equivalent(&self, token: &Token) -> bool {
        *self == Tag::new(&**token.bytes())
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher, DefaultHasher, Hasher};
    use std::time::UNIX_EPOCH;

    use super::*;
    use crate::right::Statements;
    use crate::scheme::Identity;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn kept(principal: String, end: Option<u64>) -> Arc<Kept<String>> {
        let context = Context::of("Bearer").with_expires_at(end.map(at));
        Arc::new(Kept { principal, context, verified_at: at(1000), generation: 3 })
    }

    #[test]
    fn entry_is_valid_from_verification_to_expiry_for_the_same_keys() {
        let leeway = |seconds| Leeway::seconds(seconds).unwrap();
        let ends = kept("vera".into(), Some(2000));
        let holds = |now, with| ends.holds(3, at(now), leeway(with));
        assert!(holds(1000, 0) && holds(1999, 0) && holds(2029, 30));
        assert!(!holds(2000, 0) && !holds(2030, 30), "RFC 7519 section 4.1.4, with the verifier's leeway");
        assert!(!holds(999, 30), "the clock has gone back to before it was verified");
        assert!(!ends.holds(2, at(1500), leeway(0)) && !ends.holds(4, at(1500), leeway(0)));
        let never_ends = kept("vera".into(), None);
        assert!(
            never_ends.holds(3, at(u64::from(u32::MAX)), leeway(0))
                && !never_ends.holds(3, at(999), leeway(0))
        );
    }

    /// A hasher that maps all keys to the same hash.
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
    fn tokens_with_equal_hashes_are_distinct_entries() {
        let cache: Cache<Token, u8, quick_cache::UnitWeighter, Constant> =
            Cache::with(8, 8, quick_cache::UnitWeighter, Constant, Default::default());
        let token = b"a.token.of-some-length-that-is-no-multiple-of-eight";
        cache.insert(Tag::new(token[..].into()), 1);
        assert_eq!(cache.get(&Tag::new(&token[..])), Some(1));
        for position in 0..token.len() {
            let mut other = *token;
            other[position] ^= 1;
            assert_eq!(cache.get(&Tag::new(&other[..])), None, "at {position}");
        }
        assert_eq!(cache.get(&Tag::new(&token[..token.len() - 1])), None);
        assert_eq!(cache.get(&Tag::new(&[&token[..], b"A"].concat()[..])), None);
    }

    #[test]
    fn latest_insert_wins_and_remove_deletes() {
        let store = Store::new(CacheSize::mebibytes(1));
        store.insert(b"a", &kept("vera".into(), None));
        store.insert(b"a", &kept("ada".into(), None));
        assert_eq!(store.get(b"a").unwrap().principal, "ada");
        store.remove(b"b");
        store.remove(b"a");
        assert!(store.get(b"a").is_none());
    }

    #[test]
    fn cache_hit_shares_the_principal_without_allocating() {
        let store = Store::new(CacheSize::mebibytes(1));
        store.insert(b"a", &kept("vera".into(), Some(2000)));
        let identity = || {
            let kept = store.get(b"a").unwrap();
            let context = kept.context.clone();
            Identity::shared(kept, context)
        };
        assert_eq!(allocation_counter::measure(|| drop(identity())).count_total, 0);
        assert_eq!(identity().principal(), "vera");
        assert_eq!(identity().map(|principal| principal + "!").into_parts().0, "vera!");
        assert_eq!(store.get(b"a").unwrap().principal, "vera", "mapping does not change the entry");
    }

    /// Covers tokens up to the longest that is cached. Compares the peak of allocated bytes, not
    /// the final value.
    #[test]
    fn cache_size_bounds_allocated_bytes() {
        for (mebibytes, length, tokens) in
            [(1, 20, 50_000), (1, 250, 20_000), (2, 4096, 5_000), (8, 250, 50_000)]
        {
            let size = CacheSize::mebibytes(mebibytes);
            let measured = allocation_counter::measure(|| {
                let store = Store::new(size);
                for number in 0..tokens {
                    let token = format!("{number:0length$}");
                    // The most that the claims can take.
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

    /// Short methods take far more memory than their text.
    #[test]
    fn cache_size_counts_login_claims() {
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
        // The smallest block of the allocator has 32 bytes, but only requested bytes are counted.
        // The difference is 31 bytes per method.
        let beside = 31 * 32 * 5_000_u64.min(measured.bytes_max / 2048);
        assert!(measured.bytes_max + beside <= size.bytes(), "{} bytes of {size:?}", measured.bytes_max);
    }

    /// The principal may hold the same claims as the context.
    #[test]
    fn cache_size_counts_claims_stored_twice() {
        let size = CacheSize::mebibytes(2);
        let long = "a".repeat(2900);
        type Keep = fn(Context, &str) -> Context;
        let keep: [Keep; 4] = [
            |context, text| {
                let scopes = Some(text);
                context.with_statements(Statements { scopes, ..Statements::default() })
            },
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
