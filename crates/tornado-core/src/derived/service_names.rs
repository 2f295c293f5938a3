//! The names of the services' methods, which a handler's own methods can't
//! have.

/// The type of a name that is free.
#[derive(Debug)]
#[non_exhaustive]
pub struct Free;

macro_rules! names {
    ($($name:ident,)*) => {
        /// Has a constant for each service method. In a path, a type's own
        /// method takes precedence over that of a trait; without one, the name
        /// means this constant.
        #[expect(
            missing_docs,
            non_upper_case_globals,
            reason = "these are not to be used, and their names are those of methods"
        )]
        pub trait ServiceNames {
            $(const $name: Free = Free;)*
        }

        #[cfg(test)]
        const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

include!("names.rs");

impl<T> ServiceNames for T {}

/// Holds only for [`Free`].
#[diagnostic::on_unimplemented(
    message = "this method has the name of one that all handlers have: `{Self}`",
    label = "what inherits from this handler would never call its own method",
    note = "there, `self.name()` is what all handlers have, since a trait's method is found before that of a base: \
            give yours another name",
    note = "to change what the framework does, write a hook in `impl RequestHandler`"
)]
pub trait NotTaken {}

impl NotTaken for Free {}

/// Takes whatever a name stands for.
pub fn is_free<T: NotTaken>(_: T) {
    // Never called.
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The methods of a trait, according to its source.
    fn methods(source: &str) -> Vec<&str> {
        let (_, body) = source.split_once(": RequestHandler {\n").unwrap();
        let (body, _) = body.split_once("\n}").unwrap();
        let names = body.lines().filter_map(|line| line.strip_prefix("    fn "));
        let end = |c: char| !c.is_alphanumeric() && c != '_';
        names.map(|name| name.split(end).next().unwrap()).collect()
    }

    #[test]
    fn the_list_has_all_methods_of_all_services() {
        let sources = [
            include_str!("../event_stream.rs"),
            include_str!("../service/context.rs"),
            include_str!("../service/cookies.rs"),
            include_str!("../service/input.rs"),
            include_str!("../service/localization.rs"),
            include_str!("../service/output.rs"),
            include_str!("../service/path.rs"),
            include_str!("../static_files/send_file.rs"),
            include_str!("../templates/service.rs"),
            include_str!("../xsrf/service.rs"),
        ];
        let mut all: Vec<&str> = sources.into_iter().flat_map(methods).collect();
        all.sort_unstable();
        assert_eq!(NAMES, all, "names.rs here, and in tornado-macros");
    }

    #[test]
    fn the_derive_has_the_same_list() {
        let here = env!("CARGO_MANIFEST_DIR");
        let theirs = format!("{here}/../tornado-macros/src/names.rs");
        let theirs = std::fs::read_to_string(theirs).unwrap();
        let list = |text: &str| text[text.find('{').unwrap()..].to_owned();
        assert_eq!(list(&theirs), list(include_str!("names.rs")));
    }
}
