//! Code in pages, quoted from the code base.
//!
//! A page says where its code comes from:
//!
//! ````text
//! <!-- include examples/hello/src/main.rs:program -->
//! ```rust
//! (whatever is here is replaced)
//! ```
//! ````
//!
//! The file marks the quoted lines with `ANCHOR: program` and
//! `ANCHOR_END: program` in comments. Without a name, the whole file is quoted.

use std::fs;
use std::path::Path;

use super::page::Page;

const OPEN: &str = "<!-- include ";
const CLOSE: &str = " -->";

/// Updates the code in a page, and reports what can't be quoted.
pub(super) fn update(root: &Path, page: &mut Page) -> Vec<String> {
    let mut problems = Vec::new();
    let mut updated = String::new();
    let mut lines = page.text().split_inclusive('\n').enumerate().peekable();
    // The end of the fence that we are in: inside it, what looks like a comment
    // is an example of one.
    let mut fence: Option<&str> = None;
    while let Some((index, line)) = lines.next() {
        updated.push_str(line);
        let line = line.trim_end();
        let ticks = &line[..line.len() - line.trim_start_matches('`').len()];
        match fence {
            Some(end) if line == end => fence = None,
            None if ticks.len() >= 3 => fence = Some(ticks),
            _ => {}
        }
        let source = line
            .strip_prefix(OPEN)
            .and_then(|line| line.strip_suffix(CLOSE));
        let Some(source) = source.filter(|_| fence.is_none()) else {
            continue;
        };
        match quote(root, source) {
            Ok(code) => updated.push_str(&code),
            Err(problem) => problems.push(format!("{}:{}: {problem}", page.path(), index + 1)),
        }
        // The previous quote.
        if lines.next_if(|(_, line)| line.starts_with("```")).is_some() {
            while lines
                .next()
                .is_some_and(|(_, line)| line.trim_end() != "```")
            {}
        }
    }
    if problems.is_empty() {
        page.set_text(updated);
    }
    problems
}

/// The code block for `path:anchor`.
fn quote(root: &Path, source: &str) -> Result<String, String> {
    let (path, anchor) = match source.split_once(':') {
        Some((path, anchor)) => (path, Some(anchor)),
        None => (source, None),
    };
    let text = fs::read_to_string(root.join(path))
        .map_err(|error| format!("{path} can't be quoted: {error}"))?;
    let code = extract(&text, anchor).map_err(|problem| format!("{path}: {problem}"))?;
    if code.contains("```") {
        return Err(format!("{path}: what is quoted has a fence in it"));
    }
    Ok(format!("```{}\n{code}```\n", language(path)))
}

fn language(path: &str) -> &str {
    match path.rsplit_once('.') {
        Some((_, "rs")) => "rust",
        Some((_, "py")) => "python",
        Some((_, extension)) => extension,
        None => "text",
    }
}

/// The lines of an anchor, with their common indentation removed.
fn extract(text: &str, anchor: Option<&str>) -> Result<String, String> {
    let mut inside = anchor.is_none();
    let (mut begun, mut ended) = (inside, inside);
    let mut lines = Vec::new();
    for line in text.lines() {
        if let Some(name) = marker(line, "ANCHOR:") {
            if Some(name) == anchor {
                if begun {
                    return Err(format!("the anchor `{name}` is there twice"));
                }
                (inside, begun) = (true, true);
            }
        } else if let Some(name) = marker(line, "ANCHOR_END:") {
            if Some(name) == anchor {
                (inside, ended) = (false, true);
            }
        } else if inside {
            lines.push(line);
        }
    }
    if let Some(anchor) = anchor.filter(|_| !begun || !ended) {
        let missing = if begun { "has no end" } else { "is not there" };
        return Err(format!("the anchor `{anchor}` {missing}"));
    }
    let blank = |line: &&str| line.trim().is_empty();
    let start = lines.iter().take_while(|line| blank(line)).count();
    let end = lines.len() - lines.iter().rev().take_while(|line| blank(line)).count();
    let lines = lines.get(start..end).unwrap_or_default();
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let indent = lines
        .iter()
        .filter(|line| !blank(line))
        .map(indent)
        .min()
        .unwrap_or(0);
    let moved = lines
        .iter()
        .map(|line| line.get(indent..).unwrap_or("").to_owned() + "\n");
    Ok(moved.collect())
}

/// The name in `// ANCHOR: name`, whatever starts the comment.
fn marker<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let (comment, name) = line.split_once(word)?;
    ["//", "#", "--", "<!--"]
        .contains(&comment.trim())
        .then(|| name.trim().trim_end_matches("-->").trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "\
fn main() {
    // ANCHOR: outer
    let a = 1;
    // ANCHOR: inner

    if a {
        b();
    }

    // ANCHOR_END: inner
    // ANCHOR_END: outer
}
";

    #[test]
    fn anchors_nest_and_lose_their_indent() {
        assert_eq!(
            extract(CODE, Some("inner")).as_deref(),
            Ok("if a {\n    b();\n}\n")
        );
        assert_eq!(
            extract(CODE, Some("outer")).as_deref(),
            Ok("let a = 1;\n\nif a {\n    b();\n}\n")
        );
        assert!(!extract(CODE, None).expect("all of it").contains("ANCHOR"));
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(
            extract(CODE, Some("none")),
            Err("the anchor `none` is not there".to_owned())
        );
        assert_eq!(
            extract("# ANCHOR: a\n", Some("a")),
            Err("the anchor `a` has no end".to_owned())
        );
        let twice = "# ANCHOR: a\n# ANCHOR_END: a\n".repeat(2);
        assert_eq!(
            extract(&twice, Some("a")),
            Err("the anchor `a` is there twice".to_owned())
        );
    }

    #[test]
    fn a_page_gets_the_code_of_today() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        std::fs::write(
            folder.path().join("a.py"),
            "# ANCHOR: x\nnew\n# ANCHOR_END: x\n",
        )
        .expect("a file can be written");
        let before = "\
text
<!-- include a.py:x -->
```python
old
```
````text
<!-- include nothing -->
```
````
<!-- include a.py -->
end
";
        let mut page = Page::new("page.md", before);
        assert_eq!(update(folder.path(), &mut page), [""; 0]);
        let after = before
            .replace("old", "new")
            .replace("a.py -->\n", "a.py -->\n```python\nnew\n```\n");
        assert_eq!(page.text(), after);
        assert!(page.is_changed());

        // If it is up to date, it stays as it is.
        let mut page = Page::new("page.md", after.as_str());
        assert_eq!(update(folder.path(), &mut page), [""; 0]);
        assert!(!page.is_changed());

        let mut page = Page::new("page.md", "\n<!-- include a.py:y -->\n");
        assert_eq!(
            update(folder.path(), &mut page),
            ["page.md:2: a.py: the anchor `y` is not there"]
        );
    }
}
