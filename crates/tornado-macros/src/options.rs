//! `#[handler(..)]` and `#[class(..)]` on the struct.

use proc_macro2::Span;
use syn::{
    Attribute, Error, Expr, Path, Result, Token, parse_quote, punctuated::Punctuated,
    spanned::Spanned,
};

use crate::fields::MARKS;

pub(crate) struct Options {
    pub(crate) krate: Path,
    pub(crate) own_from_exchange: bool,
    pub(crate) no_deref: bool,
    pub(crate) static_files: bool,
    pub(crate) websocket: bool,
    /// The values of `#[class(..)]`.
    pub(crate) class: Vec<Expr>,
}

impl Options {
    pub(crate) fn parse(attributes: &[Attribute]) -> Result<Self> {
        let mut krate = None;
        let mut own_from_exchange = false;
        let mut no_deref = false;
        let mut static_files = false;
        let mut websocket = false;
        for attribute in attributes.iter().filter(|a| a.path().is_ident("handler")) {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("crate") {
                    if krate.is_some() {
                        return Err(meta.error("`crate` is given twice"));
                    }
                    krate = Some(meta.value()?.call(Path::parse_mod_style)?);
                } else if meta.path.is_ident("own_from_exchange") {
                    own_from_exchange = true;
                } else if meta.path.is_ident("no_deref") {
                    no_deref = true;
                } else if meta.path.is_ident("static_files") {
                    static_files = true;
                } else if meta.path.is_ident("websocket") {
                    websocket = true;
                } else {
                    return Err(meta.error(
                        "unknown option: write `static_files`, `websocket`, `own_from_exchange`, \
                         `no_deref` or `crate = path`",
                    ));
                }
                Ok(())
            })?;
        }
        if static_files && websocket {
            let error = "a `get` can't serve both: write `static_files` or `websocket`";
            return Err(Error::new(Span::call_site(), error));
        }
        let mut class = Vec::new();
        for attribute in attributes.iter().filter(|a| a.path().is_ident("class")) {
            let values =
                attribute.parse_args_with(Punctuated::<Expr, Token![,]>::parse_terminated)?;
            class.extend(values);
        }
        // `#[default]` on a struct may belong to another derive.
        for mark in MARKS.into_iter().filter(|mark| *mark != "default") {
            if let Some(marked) = attributes.iter().find(|a| a.path().is_ident(mark)) {
                return Err(Error::new(
                    marked.span(),
                    format!("`#[{mark}]` marks a field: write it before one"),
                ));
            }
        }
        Ok(Self {
            krate: krate.unwrap_or_else(|| parse_quote!(::tornado_web)),
            own_from_exchange,
            no_deref,
            static_files,
            websocket,
            class,
        })
    }
}
