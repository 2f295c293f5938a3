//! Loaders, of a directory and of texts in the program.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::directory;
use super::path::resolve;
use super::template::Template;
use crate::builtins::new_module;
use crate::compile::{Files, compile};
use crate::error::Error;
use crate::source::{Source, Whitespace, parse};
use crate::value::{Context, IntoFunction, Value};
use crate::vm::{Environment, Limits};

/// Templates from one place, with what all of them may use.
pub(crate) struct Collection {
    pub(crate) texts: Texts,
    autoescape: Option<Arc<str>>,
    whitespace: Option<Whitespace>,
    pub(crate) environment: Arc<Environment>,
    cache: bool,
    state: RwLock<State>,
}

/// Where texts come from.
#[derive(Clone)]
pub(crate) enum Texts {
    Directory(PathBuf),
    Dict(Arc<BTreeMap<String, String>>),
}

#[derive(Default)]
struct State {
    sources: HashMap<String, Arc<Source>>,
    templates: HashMap<String, Template>,
}

impl Clone for Collection {
    fn clone(&self) -> Collection {
        Collection {
            texts: self.texts.clone(),
            autoescape: self.autoescape.clone(),
            whitespace: self.whitespace,
            environment: Arc::clone(&self.environment),
            cache: self.cache,
            state: RwLock::default(),
        }
    }
}

impl Collection {
    fn new(texts: Texts) -> Collection {
        Collection {
            texts,
            autoescape: Some("xhtml_escape".into()),
            whitespace: None,
            environment: Arc::default(),
            cache: true,
            state: RwLock::default(),
        }
    }

    pub(crate) fn names(&self) -> Result<Vec<String>, Error> {
        match &self.texts {
            Texts::Directory(root) => directory::names(root),
            Texts::Dict(texts) => Ok(texts.keys().cloned().collect()),
        }
    }

    pub(crate) fn text(&self, name: &str) -> Result<String, Error> {
        match &self.texts {
            Texts::Directory(root) => directory::read(root, name),
            Texts::Dict(texts) => texts
                .get(name)
                .cloned()
                .ok_or_else(|| Error::missing(format!("there is no template {name}"))),
        }
    }

    /// The template with a name, parsed but not compiled.
    pub(crate) fn read(&self, name: &str) -> Result<Arc<Source>, Error> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(source) = state.sources.get(name).filter(|_| self.cache) {
            return Ok(Arc::clone(source));
        }
        drop(state);
        let text = self.text(name)?;
        let whitespace = self.whitespace.unwrap_or(Whitespace::of_file(name));
        let source = Arc::new(parse(
            &name.into(),
            &text,
            self.autoescape.clone(),
            whitespace,
        )?);
        if self.cache {
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            state.sources.insert(name.to_owned(), Arc::clone(&source));
        }
        Ok(source)
    }

    pub(crate) fn load(&self, name: &str) -> Result<Template, Error> {
        let name = resolved(name, None)?;
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(template) = state.templates.get(&name).filter(|_| self.cache) {
            return Ok(template.clone());
        }
        drop(state);
        let source = self.read(&name)?;
        let program = compile(&source, self)?;
        let template = Template::of(Arc::new(program), Arc::clone(&self.environment));
        if self.cache {
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            state.templates.insert(name, template.clone());
        }
        Ok(template)
    }

    fn reset(&self) {
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = State::default();
    }
}

fn resolved(name: &str, parent: Option<&str>) -> Result<String, Error> {
    resolve(name, parent).ok_or_else(|| {
        Error::missing(format!(
            "the template {name} is outside of the templates' directory"
        ))
    })
}

impl Files for Collection {
    fn source(&self, name: &str, parent: &Source) -> Result<Arc<Source>, Error> {
        self.read(&resolved(name, Some(&parent.name))?)
    }
}

/// The templates of a directory (Tornado's `Loader`).
///
/// Make it once, with everything its templates may use, and share it: loaded templates are kept
/// until [`reset`](Loader::reset).
///
/// ```
/// use tornado_template::{Loader, context};
/// # let directory = tempfile::tempdir().unwrap();
/// # std::fs::write(directory.path().join("base.html"), "<h1>{% block title %}{% end %}</h1>").unwrap();
/// # std::fs::write(directory.path().join("index.html"), "{% extends \"base.html\" %}{% block title %}{{ shout(title) }}{% end %}").unwrap();
/// # let directory = directory.path();
///
/// let loader = Loader::new(directory) // tornado.template.Loader(directory)
///     .function("shout", |text: String| text.to_uppercase());
/// let page = loader.load("index.html")?.generate(context! { title = "a & b" })?;
/// assert_eq!(page, "<h1>A &amp; B</h1>");
/// # Ok::<(), tornado_template::Error>(())
/// ```
#[derive(Clone)]
pub struct Loader {
    pub(crate) templates: Arc<Collection>,
}

/// Templates that are texts in the program (Tornado's `DictLoader`).
///
/// ```
/// use tornado_template::{DictLoader, context};
///
/// let loader = DictLoader::new([
///     ("base.txt", "Dear {% block name %}all{% end %},"),
///     ("mail.txt", "{% extends \"base.txt\" %}{% block name %}{{ name }}{% end %}"),
/// ]);
/// assert_eq!(loader.load("mail.txt")?.generate(context! { name = "Kim" })?, "Dear Kim,");
/// # Ok::<(), tornado_template::Error>(())
/// ```
#[derive(Clone)]
pub struct DictLoader {
    pub(crate) templates: Arc<Collection>,
}

impl Loader {
    /// The templates of a directory, which is read when a template is loaded.
    #[must_use]
    pub fn new(root: impl AsRef<Path>) -> Loader {
        let templates = Arc::new(Collection::new(Texts::Directory(root.as_ref().to_owned())));
        Loader { templates }
    }
}

impl Loader {
    /// Templates in the binary: what [`embedded_templates!`](crate::embedded_templates) calls. With
    /// `from_directory`, if that directory exists, they are its files.
    #[doc(hidden)]
    #[must_use]
    pub fn embedded(root: &str, texts: &[(&str, &str)], from_directory: bool) -> Loader {
        if from_directory && Path::new(root).is_dir() {
            return Loader::new(root);
        }
        let texts = texts.iter().map(|(name, text)| (*name, *text));
        DictLoader::new(texts).into()
    }
}

impl From<DictLoader> for Loader {
    fn from(loader: DictLoader) -> Loader {
        Loader {
            templates: loader.templates,
        }
    }
}

impl DictLoader {
    /// Templates by name.
    #[must_use]
    pub fn new<N: Into<String>, T: Into<String>>(
        texts: impl IntoIterator<Item = (N, T)>,
    ) -> DictLoader {
        let texts = texts
            .into_iter()
            .map(|(name, text)| (name.into(), text.into()))
            .collect();
        let templates = Arc::new(Collection::new(Texts::Dict(Arc::new(texts))));
        DictLoader { templates }
    }
}

macro_rules! options {
    ($loader:ident) => {
        impl $loader {
            fn change(mut self, change: impl FnOnce(&mut Collection)) -> $loader {
                let templates = Arc::make_mut(&mut self.templates);
                change(templates);
                *templates
                    .state
                    .get_mut()
                    .unwrap_or_else(PoisonError::into_inner) = State::default();
                self
            }

            fn environment(self, change: impl FnOnce(&mut Environment)) -> $loader {
                self.change(|templates| change(Arc::make_mut(&mut templates.environment)))
            }

            /// The name of the function that escapes what templates show; `None` for no escaping.
            /// The default is `xhtml_escape`; `{% autoescape .. %}` in a file overrides it.
            #[must_use]
            pub fn autoescape(self, function: Option<&str>) -> $loader {
                self.change(|templates| templates.autoescape = function.map(Into::into))
            }

            /// How white space is treated, regardless of file names.
            #[must_use]
            pub fn whitespace(self, whitespace: Whitespace) -> $loader {
                self.change(|templates| templates.whitespace = Some(whitespace))
            }

            /// Adds a name that all templates have (an item of Tornado's `namespace`).
            #[must_use]
            pub fn name(self, name: impl Into<Arc<str>>, value: impl Into<Value>) -> $loader {
                self.environment(|known| {
                    known.names.insert(name.into(), value.into());
                })
            }

            /// Adds a function that all templates have.
            #[must_use]
            pub fn function<A>(self, name: &str, function: impl IntoFunction<A>) -> $loader {
                self.name(name, Value::function(name, function))
            }

            /// Adds a module, for `{% import %}` and `{% from .. import .. %}`: a name, which may
            /// contain dots, and its contents. The modules that come with the crate are `datetime`,
            /// `html`, `json`, `math`, `os.path`, `re`, `time`, `tornado.escape` and
            /// `urllib.parse`, each with the parts that templates use.
            #[must_use]
            pub fn module(self, path: &str, names: impl Into<Context>) -> $loader {
                let names = names.into();
                let module = new_module(
                    path,
                    names.iter().map(|(name, value)| (name, value.clone())),
                );
                self.environment(|known| {
                    known.modules.insert(path.into(), module);
                })
            }

            /// The limits of a page.
            #[must_use]
            pub fn limits(self, limits: Limits) -> $loader {
                self.environment(|known| known.limits = limits)
            }

            /// Whether loaded templates are kept. Otherwise an edited file takes effect at its next
            /// use (Tornado's setting `compiled_template_cache`).
            #[must_use]
            pub fn cache(self, cache: bool) -> $loader {
                self.change(|templates| templates.cache = cache)
            }

            /// Loads a template, along with those that it names.
            ///
            /// # Errors
            ///
            /// When one of them is missing or can't be read, with file and line.
            pub fn load(&self, name: &str) -> Result<Template, Error> {
                self.templates.load(name)
            }

            /// The names of all templates, in order.
            ///
            /// # Errors
            ///
            /// When a directory can't be read.
            pub fn names(&self) -> Result<Vec<String>, Error> {
                self.templates.names()
            }

            /// The text of a template, as it is now.
            ///
            /// # Errors
            ///
            /// When it does not exist, or can't be read.
            pub fn text(&self, name: &str) -> Result<String, Error> {
                self.templates.text(&resolved(name, None)?)
            }

            /// Forgets what has been loaded.
            pub fn reset(&self) {
                self.templates.reset();
            }
        }

        impl fmt::Debug for $loader {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($loader)).finish_non_exhaustive()
            }
        }
    };
}

options!(Loader);
options!(DictLoader);

/// A [`Loader`](crate::Loader) with the templates of a directory, compiled into
/// the binary.
///
/// The directory is relative to that of `Cargo.toml`. In a debug build the files themselves are
/// read, so an edited file takes effect without another build, if the loader does not keep it. A
/// new file gets into the binary with the next build of the crate.
///
/// ```
/// use tornado_template::{context, embedded_templates};
///
/// let loader = embedded_templates!("tests/templates");
/// let page = loader.load("index.html")?.generate(context! { title = "Home", text = "a < b" })?;
/// assert_eq!(page, "<h1>Home</h1>\n\n<p>a &lt; b</p>\n");
/// # Ok::<(), tornado_template::Error>(())
/// ```
#[cfg(feature = "macros")]
#[macro_export]
macro_rules! embedded_templates {
    ($directory:literal) => {
        $crate::Loader::embedded(
            concat!(env!("CARGO_MANIFEST_DIR"), "/", $directory),
            $crate::__embedded_files!($directory),
            cfg!(debug_assertions),
        )
    };
}
