//! Data that all denials of a gate share, computed when the gate is built.

use crate::right::Reason;
use axum::body::Bytes;
use http::header::{ACCEPT, ACCEPT_LANGUAGE, HeaderName, HeaderValue};

use super::body::{Marks, Page, marked};
use super::client::{NAVIGATION_FIELDS, Reads};
use super::line::{Line, SchemeChallenge};
use super::ready::ResponseCache;
use super::rendering::Render;
#[cfg(feature = "oauth")]
use super::resource_metadata::all_paths;
use super::{BodyFormat, Observer};

/// The application's settings for denials.
#[derive(Default)]
pub(crate) struct DenialSettings {
    /// The name of the application.
    pub(crate) app_name: Option<String>,
    /// The path of the login page.
    pub(crate) login_page: Option<String>,
    pub(crate) render: Option<Render>,
    pub(crate) observers: Vec<Observer>,
    /// The reason to reveal missing rights.
    pub(crate) tells_missing: bool,
}

/// The shared data of a gate's denials.
pub(crate) struct Prepared {
    pub(super) lines: Box<[Line]>,
    /// The paths of the resources that challenges name, the longest first.
    #[cfg(feature = "oauth")]
    pub(super) resources: Box<[Box<str>]>,
    pub(super) vary: HeaderValue,
    pub(super) page: Page,
    pub(super) render: Option<Render>,
    pub(super) observers: Vec<Observer>,
    /// `true` if responses reveal missing rights.
    pub(super) tells_missing: bool,
    reads: Reads,
    /// Cached responses.
    pub(super) shelf: ResponseCache,
    bodies: Box<[(Reason, [Bytes; BodyFormat::ALL.len()])]>,
}

impl Prepared {
    /// Each challenge comes with `true` if its scheme supports logins.
    pub(crate) fn new(
        challenges: Vec<SchemeChallenge>,
        fields: &[HeaderName],
        looks: DenialSettings,
    ) -> Self {
        let DenialSettings { app_name, login_page, render, observers, tells_missing } = looks;
        let of_navigation = login_page.is_some().then_some(NAVIGATION_FIELDS).into_iter().flatten();
        let of_languages = render.is_some().then_some(ACCEPT_LANGUAGE);
        let fields = fields.iter().cloned().chain(of_navigation).chain(of_languages);
        let vary = vary_by([ACCEPT].into_iter().chain(fields));
        let page = Page { app_name, login_page };
        let bodies = |reason| BodyFormat::ALL.map(|form| form.body(reason, &page, &Marks::default()));
        let lines: Box<[_]> = challenges.into_iter().map(Line::new).collect();
        Self {
            reads: Reads {
                languages: render.is_some(),
                scripts: lines.iter().any(Line::opens_a_dialog),
                known_scripts: lines.iter().any(Line::opens_a_dialog_to_log_in),
            },
            shelf: ResponseCache::new(lines.len()),
            #[cfg(feature = "oauth")]
            resources: all_paths(lines.iter().filter_map(|line| line.resources.as_deref())),
            lines,
            vary,
            bodies: Reason::ALL.iter().map(|reason| (*reason, bodies(*reason))).collect(),
            page,
            render,
            observers,
            tells_missing,
        }
    }

    pub(crate) const fn reads(&self) -> Reads {
        self.reads
    }

    /// Returns `true` if the application renders the bodies.
    #[cfg(feature = "table")]
    pub(crate) const fn renders(&self) -> bool {
        self.render.is_some()
    }

    pub(super) fn body(&self, reason: Reason, form: BodyFormat, marks: &Marks) -> Bytes {
        let bodies = self.bodies.iter().find(|(known, _)| *known == reason);
        let ready = bodies.and_then(|(_, bodies)| bodies.get(form as usize));
        match ready.map(|ready| (ready, std::str::from_utf8(ready))) {
            Some((ready, _)) if marks.is_empty() => ready.clone(),
            Some((_, Ok(ready))) if form == BodyFormat::Problem => marked(ready, marks).into(),
            _ => form.body(reason, &self.page, marks),
        }
    }
}

/// Returns the value of `Vary`, without duplicates.
pub(crate) fn vary_by(fields: impl IntoIterator<Item = HeaderName>) -> HeaderValue {
    let mut vary = Vec::new();
    for field in fields {
        if !vary.contains(&field) {
            vary.push(field);
        }
    }
    let names: Vec<_> = vary.iter().map(HeaderName::as_str).collect();
    // Field names form a valid field value.
    HeaderValue::try_from(names.join(", ")).unwrap_or_else(|_| HeaderValue::from_static("*"))
}
