//! The findings, file by file.

use std::collections::BTreeSet;
use std::path::Path;

use super::bound::{bound, imported};
use super::finding::{Finding, Level};
use super::fragments::{Fragment, Python, fragments};
use super::names::{Known, similar};
use crate::builtins;
use crate::error::{Error, ErrorKind};
use crate::expr::{Expr, Statement};
use crate::loader::{DictLoader, Loader};
use crate::value::Value;

/// What Python has and templates have not.
const NOT_SUPPORTED: &[&str] = &[
    "__import__",
    "compile",
    "dir",
    "eval",
    "exec",
    "help",
    "id",
    "input",
    "memoryview",
    "open",
    "print",
    "property",
    "staticmethod",
    "classmethod",
    "super",
    "bytearray",
    "complex",
];

const PYTHON2: &[&str] = &[
    "unicode",
    "xrange",
    "basestring",
    "long",
    "has_key",
    "iteritems",
    "iterkeys",
    "itervalues",
];

struct Checker<'l> {
    loader: &'l crate::loader::Collection,
    known: &'l Known,
    /// What any template gives a value.
    bound: BTreeSet<String>,
    /// What of that is imported, and may have any method.
    imported: BTreeSet<String>,
    findings: Vec<Finding>,
    filename: String,
    /// What has been found in this file already.
    seen: BTreeSet<(&'static str, String)>,
}

impl Checker<'_> {
    fn add(&mut self, level: Level, code: &'static str, lineno: u32, message: String) {
        self.findings.push(Finding {
            level,
            code,
            filename: self.filename.clone(),
            lineno,
            message,
        });
    }

    fn add_error(&mut self, code: &'static str, error: &Error) {
        let (lineno, message) = (error.lineno().unwrap_or(1), error.message().to_owned());
        let outer = self.filename.clone();
        if let Some(filename) = error.filename() {
            filename.clone_into(&mut self.filename);
        }
        let known = self
            .findings
            .iter()
            .any(|f| f.filename == self.filename && f.lineno == lineno && f.level == Level::Error);
        if !known {
            self.add(Level::Error, code, lineno, message);
        }
        self.filename = outer;
    }

    fn once(&mut self, code: &'static str, name: &str) -> bool {
        self.seen.insert((code, name.to_owned()))
    }

    fn file(&mut self, name: &str) {
        name.clone_into(&mut self.filename);
        self.seen.clear();
        let source = match self.loader.read(name) {
            Ok(source) => source,
            Err(error) => return self.add_error("syntax", &error),
        };
        for fragment in fragments(&source.nodes) {
            self.fragment(&fragment);
        }
        if let Err(error) = self.loader.load(name) {
            let code = if error.kind() == ErrorKind::Missing {
                "file"
            } else {
                "syntax"
            };
            self.add_error(code, &error);
        }
    }

    fn fragment(&mut self, fragment: &Fragment) {
        let line = fragment.line;
        match &fragment.python {
            Err(error) => self.add(Level::Error, "expression", line, error.message().to_owned()),
            Ok(Python::Expressions(expressions, _)) => {
                expressions.iter().for_each(|e| self.expression(e, line));
            }
            Ok(Python::Module(expression)) => {
                if let Some(name) = module_name(expression) {
                    self.module(name, line);
                }
                self.expression_in_module(expression, line);
            }
            Ok(Python::Statements(statements)) => {
                for statement in statements.iter().flat_map(Statement::flatten) {
                    self.statement(statement, line);
                }
            }
        }
    }

    fn statement(&mut self, statement: &Statement, line: u32) {
        statement
            .expressions()
            .into_iter()
            .for_each(|e| self.expression(e, line));
        let import = |path: &str| {
            self.loader
                .environment
                .modules
                .get(path)
                .cloned()
                .or_else(|| builtins::module(path))
        };
        match statement {
            Statement::Import(path, ..) if import(path).is_none() => {
                self.add(
                    Level::Error,
                    "import",
                    line,
                    format!("there is no module {path}; register it by .module(\"{path}\", ..)"),
                );
            }
            Statement::From(path, names) => {
                let Some(module) = import(path) else {
                    return self.add(
                        Level::Error,
                        "import",
                        line,
                        format!(
                            "there is no module {path}; register it by .module(\"{path}\", ..)"
                        ),
                    );
                };
                for (name, _) in names {
                    if module.get_attr(name).is_none() {
                        self.add(Level::Error, "import", line, format!("the module {path} has no {name} here; register one that has it by .module(\"{path}\", ..)"));
                    }
                }
            }
            _ => {}
        }
    }

    fn module(&mut self, name: &str, line: u32) {
        let Some(modules) = self
            .known
            .modules
            .as_ref()
            .filter(|modules| !modules.contains(name))
        else {
            return;
        };
        let meant = similar(name, modules.iter().map(String::as_str));
        let meant = meant.map_or(String::new(), |meant| format!("; did you mean {meant}?"));
        self.add(
            Level::Error,
            "module",
            line,
            format!("there is no UI module {name}{meant}"),
        );
    }

    /// The arguments of a module: its own name is none of the page.
    fn expression_in_module(&mut self, expression: &Expr, line: u32) {
        if let Expr::Call(_, args) = expression {
            let inner = Expr::Call(Box::new(Expr::Literal(Value::none())), args.clone());
            self.expression(&inner, line);
        }
    }

    fn expression(&mut self, expression: &Expr, line: u32) {
        let mut parts: Vec<Part> = Vec::new();
        expression.visit(&mut |e| match e {
            Expr::Name(name) => parts.push(Part::Name(name.to_string(), false)),
            Expr::Attribute(of, name) => {
                if self.is_modules(of) && name.chars().next().is_some_and(char::is_uppercase) {
                    parts.push(Part::Module(name.to_string()));
                }
                if name.starts_with("__") {
                    parts.push(Part::Dunder(name.to_string()));
                }
            }
            Expr::Item(of, key) if self.is_modules(of) => {
                if let Expr::Literal(name) = &**key {
                    parts.push(Part::Module(name.to_string()));
                }
            }
            Expr::Call(function, _) => match &**function {
                Expr::Name(name) => parts.push(Part::Name(name.to_string(), true)),
                Expr::Attribute(of, name) => match &**of {
                    Expr::Literal(value) => {
                        parts.push(Part::Literal(value.clone(), name.to_string()))
                    }
                    _ if self.is_modules(of) => {
                        if !name.chars().next().is_some_and(char::is_uppercase)
                            && !builtins::is_method_of_any(name)
                        {
                            parts.push(Part::Module(name.to_string()));
                        }
                    }
                    Expr::Name(of)
                        if Known::is_of_handler(of) || builtins::global(of).is_some() => {}
                    of if root(of).is_some_and(|name| self.imported.contains(name)) => {}
                    _ => parts.push(Part::Method(name.to_string())),
                },
                _ => {}
            },
            _ => {}
        });
        for part in parts {
            self.part(part, line);
        }
    }

    /// Whether it is `modules` of the handler, not one that a template has made.
    fn is_modules(&self, expression: &Expr) -> bool {
        matches!(expression, Expr::Name(name) if **name == *"modules")
            && !self.bound.contains("modules")
    }

    fn part(&mut self, part: Part, line: u32) {
        match part {
            Part::Module(name) => self.module(&name, line),
            Part::Name(name, called) => self.name(&name, called, line),
            Part::Dunder(name) => {
                if !matches!(&*name, "__class__" | "__name__" | "__doc__") {
                    self.add(Level::Error, "name", line, format!("{name} is not supported; say what the page needs by a method of its own"));
                }
            }
            Part::Literal(value, name) => {
                if !builtins::has_method(&value, &name) {
                    let class = value.type_name();
                    self.add(
                        Level::Error,
                        "method",
                        line,
                        format!("{class} has no method {name} here"),
                    );
                }
            }
            Part::Method(name) => {
                if PYTHON2.contains(&&*name) {
                    if self.once("python2", &name) {
                        self.add(
                            Level::Warning,
                            "python2",
                            line,
                            format!("{name} is of Python 2; it runs here"),
                        );
                    }
                } else if !builtins::is_method_of_any(&name)
                    && !self.known.methods.contains(&name)
                    && self.once("method", &name)
                {
                    self.add(Level::Warning, "method", line, format!("no type of Python has a method {name}: an object of yours has to have it; say so by .methods([\"{name}\"])"));
                }
            }
        }
    }

    fn name(&mut self, name: &str, called: bool, line: u32) {
        if NOT_SUPPORTED.contains(&name) && !self.is_given(name) {
            if called && self.once("name", name) {
                self.add(
                    Level::Error,
                    "name",
                    line,
                    format!("{name} is not supported; give the page what it needs of it"),
                );
            }
            return;
        }
        if PYTHON2.contains(&name) && self.once("python2", name) {
            self.add(
                Level::Warning,
                "python2",
                line,
                format!("{name} is of Python 2; it runs here"),
            );
        }
        let known = self.is_given(name)
            || builtins::global(name).is_some()
            || matches!(name, "globals" | "locals" | "vars");
        if known || self.bound.contains(name) || name.starts_with("_tt_") {
            return;
        }
        if called && self.once("function", name) {
            self.once("name", name);
            let all = self.known.names.iter().map(String::as_str);
            let meant = similar(name, all)
                .map_or(String::new(), |meant| format!("; did you mean {meant}?"));
            self.add(Level::Warning, "function", line, format!("{name} is called, and is no function that the loader knows: add it by .function(\"{name}\", ..) or as a UI method, or give it to the page{meant}"));
        } else if self.once("name", name) {
            self.add(Level::Needs, "name", line, format!("the page needs {name}"));
        }
    }

    fn is_given(&self, name: &str) -> bool {
        self.known.names.contains(name) || self.loader.environment.names.contains_key(name)
    }
}

enum Part {
    Name(String, bool),
    Module(String),
    Dunder(String),
    Literal(Value, String),
    Method(String),
}

/// `a` of `a.b.c`.
fn root(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Attribute(of, _) => root(of),
        Expr::Name(name) => Some(name),
        _ => None,
    }
}

/// `Entry` of `Entry(..)`.
fn module_name(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Call(function, _) => module_name(function),
        Expr::Name(name) => Some(name),
        _ => None,
    }
}

fn check(loader: &crate::loader::Collection, known: &Known) -> Result<Vec<Finding>, Error> {
    let names = loader.names()?;
    let mut checker = Checker {
        loader,
        known,
        bound: BTreeSet::new(),
        imported: BTreeSet::new(),
        findings: Vec::new(),
        filename: String::new(),
        seen: BTreeSet::new(),
    };
    for name in &names {
        if let Ok(source) = loader.read(name) {
            let fragments = fragments(&source.nodes);
            bound(&fragments, &mut checker.bound);
            imported(&fragments, &mut checker.imported);
        }
    }
    for name in &names {
        checker.file(name);
    }
    let mut findings = checker.findings;
    findings.sort_by(|a, b| (&a.filename, a.lineno).cmp(&(&b.filename, b.lineno)));
    Ok(findings)
}

macro_rules! check {
    ($loader:ident) => {
        impl $loader {
            /// Looks through all templates for what will not run: expressions that can't
            /// be read, names, UI modules, imports and methods that nobody has, files
            /// that are missing.
            ///
            /// ```
            /// use tornado_template::{DictLoader, Known, Level};
            ///
            /// let loader = DictLoader::new([("a.html", "{% module Entri(entry) %}{{ eval(x) }}")]);
            /// let found = loader.check(&Known::new().names(["entry", "x"]).modules(["Entry"]))?;
            /// let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            /// assert_eq!(found, [
            ///     "a.html:1: module: there is no UI module Entri; did you mean Entry?",
            ///     "a.html:1: name: eval is not supported; give the page what it needs of it",
            /// ]);
            /// # Ok::<(), tornado_template::Error>(())
            /// ```
            ///
            /// # Errors
            ///
            /// Where a directory can't be read. A file that can't be is a finding.
            pub fn check(&self, known: &Known) -> Result<Vec<Finding>, Error> {
                check(&self.templates, known)
            }
        }
    };
}

check!(Loader);
check!(DictLoader);

/// Panics where a template of a directory will not run: for a test of a program
/// whose templates need no more than what [`Known::new`] has. Others ask
/// [`Loader::check`].
///
/// # Panics
///
/// Where there is a finding of the level [`Level::Error`]; the text has all of them.
#[track_caller]
pub fn assert_templates_run(directory: impl AsRef<Path>) {
    let found = match Loader::new(directory).check(&Known::new()) {
        Ok(found) => found,
        Err(error) => panic!("{error}"),
    };
    let errors: Vec<String> = found
        .iter()
        .filter(|f| f.level == Level::Error)
        .map(ToString::to_string)
        .collect();
    assert!(
        errors.is_empty(),
        "these templates will not run:\n{}",
        errors.join("\n")
    );
}
