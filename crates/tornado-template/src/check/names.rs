//! What a program provides to its templates.

use std::collections::BTreeSet;

/// What a program provides to its templates beyond what the loader knows, for
/// [`Loader::check`](crate::Loader::check).
///
/// ```
/// use tornado_template::Known;
///
/// let known = Known::new()
///     .names(["entries", "title"]) // what `render` is given
///     .modules(["Entry"]) // UI modules
///     .methods(["get_absolute_url"]); // of objects
/// ```
#[derive(Clone, Debug)]
pub struct Known {
    pub(super) names: BTreeSet<String>,
    pub(super) modules: Option<BTreeSet<String>>,
    pub(super) methods: BTreeSet<String>,
}

/// What a Tornado handler provides to its templates.
const HANDLER: &[&str] = &[
    "handler",
    "request",
    "current_user",
    "locale",
    "_",
    "pgettext",
    "csp_nonce",
    "static_url",
    "xsrf_form_html",
    "reverse_url",
    "modules",
    "set_resources",
];

impl Default for Known {
    fn default() -> Known {
        Known {
            names: HANDLER.iter().map(|name| (*name).to_owned()).collect(),
            modules: None,
            methods: BTreeSet::new(),
        }
    }
}

impl Known {
    /// The names that a Tornado handler provides, such as `current_user`; any
    /// UI module; no methods of objects.
    #[must_use]
    pub fn new() -> Known {
        Known::default()
    }

    /// Whether a handler provides a name. What can be done with it is not
    /// checked here.
    pub(super) fn is_of_handler(name: &str) -> bool {
        HANDLER.contains(&name)
    }

    /// Adds names that pages are given.
    #[must_use]
    pub fn names<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Known {
        self.names.extend(names.into_iter().map(Into::into));
        self
    }

    /// Adds UI modules. Once this is called, others are errors, except those
    /// that come with Tornado.
    #[must_use]
    pub fn modules<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Known {
        let modules = self.modules.get_or_insert_with(|| {
            ["Template", "linkify", "xsrf_form_html"]
                .map(str::to_owned)
                .into()
        });
        modules.extend(names.into_iter().map(Into::into));
        self
    }

    /// Adds methods of objects.
    #[must_use]
    pub fn methods<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Known {
        self.methods.extend(names.into_iter().map(Into::into));
        self
    }
}

/// A known name that was probably meant.
pub(super) fn similar<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let best = known
        .into_iter()
        .map(|other| (distance(name, other), other))
        .min_by_key(|(distance, _)| *distance)?;
    (best.0 <= 1 + name.chars().count() / 4).then_some(best.1)
}

/// How many letters differ.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.to_lowercase().chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
