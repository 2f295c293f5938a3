//! What a source file names, and what it re-exports.

use std::str::FromStr;

use anyhow::{Result, anyhow};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A name in a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// The inline module that it is in, within the file.
    pub(super) within: Vec<String>,
    /// As written: begins with `crate`, `super`, `self` or a name. A glob ends
    /// with `*`.
    pub(super) path: Vec<String>,
    /// Its name from then on, if it is imported.
    pub(super) alias: Option<String>,
    /// Whether it is imported to be re-exported: `pub use`.
    pub(super) lent: bool,
    pub(super) line: usize,
}

/// A file, as far as arrows are concerned. Code under `#[cfg(test)]` is left
/// out.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) named: Vec<Named>,
    /// The modules that it declares in files of their own.
    pub(super) children: Vec<String>,
}

pub(super) fn read(text: &str) -> Result<File> {
    let tokens = TokenStream::from_str(text).map_err(|error| anyhow!("{error}"))?;
    let mut file = File::default();
    walk(tokens, &mut Vec::new(), &mut file);
    Ok(file)
}

fn walk(tokens: TokenStream, within: &mut Vec<String>, file: &mut File) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut index = 0;
    while index < tokens.len() {
        if is_test(&tokens[index..]) {
            index = end_of_item(&tokens, index + 2);
            continue;
        }
        match &tokens[index] {
            TokenTree::Ident(word) if word == "mod" => {
                let name = tokens.get(index + 1).map(ToString::to_string);
                match (name, tokens.get(index + 2)) {
                    (Some(name), Some(TokenTree::Group(group))) => {
                        within.push(name);
                        walk(group.stream(), within, file);
                        within.pop();
                        index += 3;
                        continue;
                    }
                    (Some(name), Some(TokenTree::Punct(punct))) if punct.as_char() == ';' => {
                        file.children.push(name);
                    }
                    _ => {}
                }
                index += 2;
            }
            TokenTree::Ident(word) if word == "use" => {
                let lent = index > 0 && is_visibility(&tokens[index - 1]);
                let end = end_of_item(&tokens, index);
                let mut tree = Tree { within, lent, file };
                tree.read(&tokens[index + 1..end - 1], &[]);
                index = end;
            }
            TokenTree::Ident(word)
                if ["crate", "super", "self"].iter().any(|start| word == start)
                    && is_path(&tokens[index + 1..]) =>
            {
                let end = end_of_path(&tokens, index);
                let mut tree = Tree {
                    within,
                    lent: false,
                    file,
                };
                tree.read(&tokens[index..end], &[]);
                index = end;
            }
            TokenTree::Group(group) => {
                walk(group.stream(), within, file);
                index += 1;
            }
            _ => index += 1,
        }
    }
}

/// Whether `#[cfg(test)]` begins here.
fn is_test(tokens: &[TokenTree]) -> bool {
    let [TokenTree::Punct(hash), TokenTree::Group(attribute), ..] = tokens else {
        return false;
    };
    let text = attribute.stream().to_string().replace(' ', "");
    hash.as_char() == '#' && (text == "cfg(test)" || text.starts_with("cfg(all(test,"))
}

/// The position after the `;` or the braces that end an item.
fn end_of_item(tokens: &[TokenTree], start: usize) -> usize {
    let is_use = matches!(&tokens[start], TokenTree::Ident(word) if word == "use");
    let end = tokens[start..].iter().position(|token| match token {
        TokenTree::Punct(punct) => punct.as_char() == ';',
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace && !is_use,
        _ => false,
    });
    end.map_or(tokens.len(), |end| start + end + 1)
}

/// `pub`, or the braces of `pub(crate)`.
fn is_visibility(token: &TokenTree) -> bool {
    match token {
        TokenTree::Ident(word) => word == "pub",
        TokenTree::Group(group) => group.delimiter() == Delimiter::Parenthesis,
        _ => false,
    }
}

/// Whether `::` begins here.
fn is_path(tokens: &[TokenTree]) -> bool {
    let colon = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    colon(tokens.first()) && colon(tokens.get(1))
}

fn end_of_path(tokens: &[TokenTree], start: usize) -> usize {
    let mut end = start + 1;
    while is_path(&tokens[end..]) && matches!(tokens.get(end + 2), Some(TokenTree::Ident(_))) {
        end += 3;
    }
    end
}

/// A path, or the tree of paths of a `use`.
struct Tree<'a> {
    within: &'a [String],
    lent: bool,
    file: &'a mut File,
}

impl Tree<'_> {
    fn read(&mut self, tokens: &[TokenTree], prefix: &[String]) {
        let mut path = prefix.to_vec();
        let mut index = 0;
        let line = tokens.first().map_or(0, |token| token.span().start().line);
        while let Some(token) = tokens.get(index) {
            match token {
                TokenTree::Ident(word) if word == "as" => break,
                TokenTree::Ident(word) => path.push(word.to_string()),
                TokenTree::Punct(punct) if punct.as_char() == '*' => path.push("*".to_owned()),
                TokenTree::Punct(_) => {}
                TokenTree::Group(group) => {
                    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
                    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == ',');
                    for branch in tokens.split(is_comma).filter(|branch| !branch.is_empty()) {
                        self.read(branch, &path);
                    }
                    return;
                }
                TokenTree::Literal(_) => return,
            }
            index += 1;
        }
        // `use a::{self}` is `use a`.
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let alias = tokens.get(index + 1).map(ToString::to_string);
        self.file.named.push(Named {
            within: self.within.to_vec(),
            alias: alias.or_else(|| path.last().cloned()),
            path,
            lent: self.lent,
            line,
        });
    }
}
