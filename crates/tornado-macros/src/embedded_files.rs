//! The files of `embedded_templates!`.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, LitStr, Result, parse2};

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    list(input).unwrap_or_else(Error::into_compile_error)
}

/// `[("index.html", include_str!("..")), ..]`.
fn list(input: TokenStream) -> Result<TokenStream> {
    let directory: LitStr = parse2(input)?;
    let wrong = |message: String| Error::new(directory.span(), message);
    let package = env::var_os("CARGO_MANIFEST_DIR")
        .ok_or_else(|| wrong("CARGO_MANIFEST_DIR is not set: build by cargo".to_owned()))?;
    let root = Path::new(&package).join(directory.value());
    let mut files = Vec::new();
    walk(&root, "", &mut files).map_err(|error| {
        wrong(format!(
            "the directory {} can't be read: {error}; it is looked for beside the Cargo.toml",
            root.display()
        ))
    })?;
    files.sort();
    let mut texts = Vec::new();
    for (name, path) in files {
        let shown = path
            .to_str()
            .ok_or_else(|| wrong(format!("the name of {name} is no text")))?;
        texts.push(quote!((#name, ::core::include_str!(#shown))));
    }
    Ok(quote!(&[#(#texts),*]))
}

/// The text files, except those whose names begin with a dot.
fn walk(directory: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let Some(name) = name.filter(|name| !name.starts_with('.')) else {
            continue;
        };
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            walk(&path, &format!("{name}/"), files)?;
        } else if fs::read_to_string(&path).is_ok() {
            files.push((name, path));
        }
    }
    Ok(())
}
