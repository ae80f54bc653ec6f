use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::sample::{Gift, Unfilled};
use crate::right::{Context, Holds, HoldsIn, PermissionSet, Principal, RightSet, RoleSet, ScopeSet};

/// A caller for tests, of this name, who holds nothing yet.
///
/// ```
/// # #[derive(authgate::Role, Debug, PartialEq)]
/// # pub enum Role { Viewer, #[role(implies(Viewer))] Admin }
/// # #[derive(authgate::Principal)]
/// # #[principal(role = Role)]
/// # pub struct User { #[principal(id)] pub sub: String, #[principal(roles)] roles: authgate::Roles<Role>, pub email: String }
/// use authgate::testing::principal;
///
/// let ada = principal::<User>("ada").role(Role::Admin).with(|user| user.email = "ada@example.com".into());
/// assert_eq!(ada.build().sub, "ada");
/// ```
///
/// Fields that authgate does not know have their `Default`; where there is none, `#[principal(sample = ..)]` on the field says
/// what tests are to put there. [`TestGate`](super::TestGate) signs him in.
#[must_use]
pub fn principal<P: Principal>(id: impl Into<P::Id>) -> TestPrincipal<P>
where
    P::Id: Sized + Clone + Send + Sync + 'static,
{
    let id = id.into();
    TestPrincipal::new(P::__sample).with(move |principal| principal.__name(id.clone()))
}

/// A caller for tests, made as the test likes: of a principal that is written by hand, or has fields of which [`principal`]
/// knows nothing.
///
/// ```
/// use authgate::testing::{TestGate, principal_from};
///
/// struct Machine(u64);
///
/// impl authgate::Principal for Machine {
///     type Id = u64;
///     const NAME: &'static str = "Machine";
///     fn id(&self) -> &u64 {
///         &self.0
///     }
/// }
///
/// let tests = TestGate::<Machine>::new();
/// let signed_in = tests.sign_in(principal_from(|| Machine(7)));
/// # let _ = signed_in;
/// ```
///
/// One that is written by hand takes no rights from the test: give him what he is to have where he is made.
#[must_use]
pub fn principal_from<P: Principal>(make: impl Fn() -> P + Send + Sync + 'static) -> TestPrincipal<P> {
    TestPrincipal::new(move || Ok(make()))
}

type Make<P> = Arc<dyn Fn() -> Result<P, Unfilled> + Send + Sync>;
type Change<P> = Arc<dyn Fn(&mut P) + Send + Sync>;

/// A caller for tests: made by [`principal`].
pub struct TestPrincipal<P> {
    make: Make<P>,
    changes: Vec<Change<P>>,
    gifts: Vec<Gift>,
    login: Login,
}

/// How and when a caller for tests has signed in.
#[derive(Clone, Debug)]
pub(crate) struct Login {
    /// How long ago; `None` where it is not known.
    pub(super) ago: Option<Duration>,
    pub(super) acr: Option<String>,
    pub(super) factors: Vec<String>,
    /// By which of the gate's schemes, if it is said.
    pub(super) scheme: Option<String>,
}

impl<P> Clone for TestPrincipal<P> {
    fn clone(&self) -> Self {
        let Self { make, changes, gifts, login } = self;
        Self { make: Arc::clone(make), changes: changes.clone(), gifts: gifts.clone(), login: login.clone() }
    }
}

impl<P: Principal> TestPrincipal<P> {
    pub(super) fn new(make: impl Fn() -> Result<P, Unfilled> + Send + Sync + 'static) -> Self {
        let login = Login { ago: Some(Duration::ZERO), acr: None, factors: Vec::new(), scheme: None };
        Self { make: Arc::new(make), changes: Vec::new(), gifts: Vec::new(), login }
    }

    /// Gives him a role.
    #[must_use]
    pub fn role<R: RoleSet>(self, role: R) -> Self
    where
        P: Holds<R>,
    {
        self.given(role, "role", None)
    }

    /// Gives him a role in a tenant.
    #[must_use]
    pub fn role_in<R: RoleSet>(self, tenant: impl Into<String>, role: R) -> Self
    where
        P: HoldsIn<R>,
    {
        self.given(role, "role", Some(tenant.into()))
    }

    /// Gives his credential a scope.
    #[must_use]
    pub fn scope<S: ScopeSet>(self, scope: S) -> Self
    where
        P: Holds<S>,
    {
        self.given(scope, "scope", None)
    }

    /// Gives him a permission, whatever his roles grant: of a principal with a `#[principal(permissions)]` field.
    #[must_use]
    pub fn permission<S: PermissionSet>(self, permission: S) -> Self
    where
        P: Holds<S>,
    {
        self.given(permission, "permission", None)
    }

    /// Changes anything else about him.
    #[must_use]
    pub fn with(mut self, change: impl Fn(&mut P) + Send + Sync + 'static) -> Self {
        self.changes.push(Arc::new(change));
        self
    }

    /// How long ago he has signed in: just now, if it is not set.
    #[must_use]
    pub fn signed_in_ago(mut self, ago: Duration) -> Self {
        self.login.ago = Some(ago);
        self
    }

    /// By a credential that does not say when he has signed in.
    #[must_use]
    pub fn signed_in_at_some_time(mut self) -> Self {
        self.login.ago = None;
        self
    }

    /// The authentication context class of his login.
    #[must_use]
    pub fn acr(mut self, class: impl Into<String>) -> Self {
        self.login.acr = Some(class.into());
        self
    }

    /// An authentication method of his login (RFC 8176): `otp`.
    #[must_use]
    pub fn factor(mut self, method: impl Into<String>) -> Self {
        self.login.factors.push(method.into());
        self
    }

    /// By which of the gate's schemes he signs in: the first, if it is not said.
    #[must_use]
    pub fn by_scheme(mut self, name: impl Into<String>) -> Self {
        self.login.scheme = Some(name.into());
        self
    }

    /// The principal.
    ///
    /// # Panics
    ///
    /// A field cannot be filled, or no field holds what was given; the text says which, and what to write.
    #[track_caller]
    #[must_use]
    pub fn build(&self) -> P {
        match self.try_build() {
            Ok(principal) => principal,
            #[expect(clippy::panic, reason = "in a test, which fails by it")]
            Err(error) => panic!("{error}"),
        }
    }

    pub(super) fn try_build(&self) -> Result<P, Unfilled> {
        let mut principal = (self.make)()?;
        for gift in &self.gifts {
            if !principal.__give(gift) {
                return Err(Unfilled::ungiven::<P>(gift));
            }
        }
        self.changes.iter().for_each(|change| change(&mut principal));
        Ok(principal)
    }

    pub(super) fn gifts(&self) -> &[Gift] {
        &self.gifts
    }

    pub(super) fn gift(mut self, gift: Gift) -> Self {
        self.gifts.push(gift);
        self
    }

    #[expect(clippy::needless_pass_by_value, reason = "a right is a word")]
    fn given<S: RightSet>(self, member: S, kind: &'static str, tenant: Option<String>) -> Self {
        let name = S::NAMES.get(member.index()).copied().unwrap_or_default().to_owned();
        self.gift(Gift { kind, name, tenant })
    }
}

impl<P> TestPrincipal<P> {
    pub(super) const fn login(&self) -> &Login {
        &self.login
    }

    pub(super) const fn login_mut(&mut self) -> &mut Login {
        &mut self.login
    }
}

impl Login {
    /// What a proof would know of it.
    pub(super) fn context(&self, scheme: &'static str) -> Context {
        Context::of(scheme)
            .with_authenticated_at(self.ago.and_then(|ago| SystemTime::now().checked_sub(ago)))
            .with_acr(self.acr.as_deref().map(Into::into))
            .with_amr(self.factors.iter().map(|method| method.as_str().into()))
    }
}

/// Prints how he signs in, and nothing else of him.
impl<P> fmt::Debug for TestPrincipal<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestPrincipal")
            .field("gifts", &self.gifts)
            .field("login", &self.login)
            .finish_non_exhaustive()
    }
}
