use std::any::type_name;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::sample::{Gift, Unfilled};
use crate::right::{Context, HasRights, HasRightsIn, PermissionSet, Principal, RightSet, RoleSet, ScopeSet};
use crate::secret::debug_only;

/// Returns a caller for tests with this identifier and without rights.
///
/// Fields that authgate does not know get their `Default`. A field without a `Default` gets the
/// value in `#[principal(sample = ..)]`. [`TestGate`](super::TestGate) signs the caller in.
///
/// # Examples
///
/// ```
/// use authgate::Roles;
/// use authgate::testing::principal;
///
/// #[derive(authgate::Role)]
/// pub enum Role {
///     Viewer,
///     #[role(implies(Viewer))]
///     Admin,
/// }
///
/// #[derive(authgate::Principal)]
/// #[principal(role = Role)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
///     #[principal(roles)]
///     roles: Roles<Role>,
///     email: String,
/// }
///
/// let ada = principal::<User>("ada")
///     .role(Role::Admin)
///     .with(|user| user.email = "ada@example.com".into());
/// assert_eq!(ada.build().sub, "ada");
/// ```
#[must_use]
pub fn principal<P: Principal>(id: impl Into<P::Id>) -> TestPrincipal<P>
where
    P::Id: Sized + Clone + Send + Sync + 'static,
{
    let id = id.into();
    TestPrincipal::new(P::__sample).with(move |principal| principal.__name(id.clone()))
}

/// Returns a caller for tests that is made by the given function. Use it for a principal that is
/// implemented by hand, or that has fields which [`principal`] cannot fill.
///
/// A principal that is implemented by hand cannot receive rights from the test. Set its rights in
/// the function.
///
/// # Examples
///
/// ```
/// use authgate::testing::{TestGate, test_principal_with};
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
/// let signed_in = tests.sign_in(test_principal_with(|| Machine(7)));
/// ```
#[must_use]
pub fn test_principal_with<P: Principal>(make: impl Fn() -> P + Send + Sync + 'static) -> TestPrincipal<P> {
    TestPrincipal::new(move || Ok(make()))
}

type Make<P> = Arc<dyn Fn() -> Result<P, Unfilled> + Send + Sync>;
type Change<P> = Arc<dyn Fn(&mut P) + Send + Sync>;

/// A caller for tests, created by [`principal`] or [`test_principal_with`].
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use authgate::Roles;
/// use authgate::testing::principal;
///
/// #[derive(authgate::Role)]
/// pub enum Role {
///     Viewer,
///     #[role(implies(Viewer))]
///     Admin,
/// }
///
/// #[derive(authgate::Principal)]
/// #[principal(role = Role)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
///     #[principal(roles)]
///     roles: Roles<Role>,
/// }
///
/// let ada = principal::<User>("ada").role(Role::Admin).signed_in_ago(Duration::from_secs(600));
/// assert!(ada.build().roles.grants(Role::Viewer));
/// ```
pub struct TestPrincipal<P> {
    make: Make<P>,
    changes: Vec<Change<P>>,
    pub(super) gifts: Vec<Gift>,
    pub(super) login: Login,
}

/// How and when a caller for tests signed in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Login {
    /// The time since the login, or `None` if it is unknown.
    pub(super) ago: Option<Duration>,
    pub(super) acr: Option<String>,
    pub(super) factors: Vec<String>,
    /// The name of the gate's scheme, if the test sets it.
    pub(super) scheme: Option<String>,
    /// The issuer of the credential, if the test sets it.
    pub(super) issuer: Option<String>,
}

impl<P> Clone for TestPrincipal<P> {
    fn clone(&self) -> Self {
        let Self { make, changes, gifts, login } = self;
        Self { make: Arc::clone(make), changes: changes.clone(), gifts: gifts.clone(), login: login.clone() }
    }
}

impl<P: Principal> TestPrincipal<P> {
    pub(super) fn new(make: impl Fn() -> Result<P, Unfilled> + Send + Sync + 'static) -> Self {
        let login = Login { ago: Some(Duration::ZERO), ..Login::default() };
        Self { make: Arc::new(make), changes: Vec::new(), gifts: Vec::new(), login }
    }

    /// Adds a role.
    #[must_use]
    pub fn role<R: RoleSet>(self, role: R) -> Self
    where
        P: HasRights<R>,
    {
        self.given(role, "role", None)
    }

    /// Adds a role in a tenant.
    #[must_use]
    pub fn role_in<R: RoleSet>(self, tenant: impl Into<String>, role: R) -> Self
    where
        P: HasRightsIn<R>,
    {
        self.given(role, "role", Some(tenant.into()))
    }

    /// Adds a scope to the credential.
    #[must_use]
    pub fn scope<S: ScopeSet>(self, scope: S) -> Self
    where
        P: HasRights<S>,
    {
        self.given(scope, "scope", None)
    }

    /// Adds a permission that is held directly. The principal must have a
    /// `#[principal(permissions)]` field.
    #[must_use]
    pub fn permission<S: PermissionSet>(self, permission: S) -> Self
    where
        P: HasRights<S>,
    {
        self.given(permission, "permission", None)
    }

    /// Changes any other field of the principal.
    #[must_use]
    pub fn with(mut self, change: impl Fn(&mut P) + Send + Sync + 'static) -> Self {
        self.changes.push(Arc::new(change));
        self
    }

    /// Sets the time since the login. The default is zero.
    #[must_use]
    pub fn signed_in_ago(mut self, ago: Duration) -> Self {
        self.login.ago = Some(ago);
        self
    }

    /// Removes the time of the login from the credential.
    #[must_use]
    pub fn signed_in_at_some_time(mut self) -> Self {
        self.login.ago = None;
        self
    }

    /// Sets the authentication context class of the login.
    #[must_use]
    pub fn acr(mut self, class: impl Into<String>) -> Self {
        self.login.acr = Some(class.into());
        self
    }

    /// Adds an authentication method of the login (RFC 8176): `otp`.
    #[must_use]
    pub fn factor(mut self, method: impl Into<String>) -> Self {
        self.login.factors.push(method.into());
        self
    }

    /// Sets the issuer of the caller's token. The default is the first issuer of the scheme.
    #[must_use]
    pub fn issuer(mut self, name: impl Into<String>) -> Self {
        self.login.issuer = Some(name.into());
        self
    }

    /// Sets the scheme by which the caller signs in. The default is the first scheme of the gate.
    #[must_use]
    pub fn by_scheme(mut self, name: impl Into<String>) -> Self {
        self.login.scheme = Some(name.into());
        self
    }

    /// Builds the principal.
    ///
    /// # Panics
    ///
    /// Panics if a field cannot be filled, or if no field can hold a right that was added. The
    /// message names the field or the right, and states what to write.
    #[track_caller]
    #[must_use]
    pub fn build(&self) -> P {
        match self.try_build() {
            Ok(principal) => principal,
            #[expect(clippy::panic, reason = "a test fails with a panic")]
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

    #[expect(clippy::needless_pass_by_value, reason = "a right is small")]
    fn given<S: RightSet>(mut self, member: S, kind: &'static str, tenant: Option<String>) -> Self {
        let name = S::NAMES.get(member.index()).copied().unwrap_or_default().to_owned();
        self.gifts.push(Gift { kind, set: type_name::<S>(), name, tenant });
        self
    }
}

impl Login {
    /// Returns the context of a caller with this login.
    pub(super) fn context(&self, scheme: &'static str) -> Context {
        Context::of(scheme)
            .with_authenticated_at(self.ago.and_then(|ago| SystemTime::now().checked_sub(ago)))
            .with_acr(self.acr.as_deref().map(Into::into))
            .with_amr(self.factors.iter().map(|method| method.as_str().into()))
            .with_issuer(self.issuer.as_deref().map(Into::into))
    }
}

debug_only! {
    /// Prints the rights and the login, and nothing else about the principal.
    [P] TestPrincipal<P> { gifts, login }
}
