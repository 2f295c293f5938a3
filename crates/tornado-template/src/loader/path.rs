//! Names of templates within other templates.

/// The name that `name` has within the template `parent`: relative to its
/// directory, unless it starts with a slash. `None` if it leads out of the
/// root.
pub(crate) fn resolve(name: &str, parent: Option<&str>) -> Option<String> {
    let directory = match parent {
        Some(parent) if !parent.starts_with(['<', '/']) && !name.starts_with('/') => parent
            .rsplit_once('/')
            .map_or("", |(directory, _)| directory),
        _ => "",
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.split('/').chain(name.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_relative_to_the_file_that_has_it() {
        let resolve = |name, parent| resolve(name, Some(parent));
        assert_eq!(resolve("c.html", "a/b.html").as_deref(), Some("a/c.html"));
        assert_eq!(resolve("../c.html", "a/b.html").as_deref(), Some("c.html"));
        assert_eq!(
            resolve("./x/../c.html", "b.html").as_deref(),
            Some("c.html")
        );
        assert_eq!(resolve("c.html", "<string>").as_deref(), Some("c.html"));
        assert_eq!(resolve("/c.html", "a/b.html").as_deref(), Some("c.html"));
        assert_eq!(resolve("../../etc/passwd", "a/b.html"), None);
    }
}
