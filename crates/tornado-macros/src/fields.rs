//! The fields of a handler: its base, and who fills the others.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Data, DeriveInput, Error, Field, Index, Member, Result, Type, spanned::Spanned};

/// The attributes that a field may have.
pub(crate) const MARKS: [&str; 4] = ["base", "state", "default", "given"];

pub(crate) struct Fields<'a> {
    pub(crate) base: Base<'a>,
    /// All fields except the base.
    pub(crate) own: Vec<Own<'a>>,
}

/// The field that holds what the handler inherits from.
pub(crate) struct Base<'a> {
    pub(crate) member: Member,
    pub(crate) field: &'a Field,
}

/// A field other than the base.
pub(crate) struct Own<'a> {
    pub(crate) member: Member,
    pub(crate) field: &'a Field,
    pub(crate) fill: Fill,
}

/// Who fills a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fill {
    /// `#[state]`: the application.
    State,
    /// `#[default]`: `Default`, for each request.
    Default,
    /// `PhantomData` has only one value.
    Phantom,
    /// `#[given]`: the factory of the route, permanently.
    Given,
    /// No mark: the factory of the route, and it may change.
    Factory,
}

impl<'a> Fields<'a> {
    pub(crate) fn parse(input: &'a DeriveInput) -> Result<Self> {
        let fields = fields(input)?;
        let mut all = Vec::with_capacity(fields.len());
        for (index, field) in fields.iter().enumerate() {
            all.push((member(index, field), field, mark(field)?));
        }
        let base = find_base(fields, &all)?;
        let mut own = Vec::with_capacity(all.len() - 1);
        let mut found = None;
        for (index, (member, field, mark)) in all.into_iter().enumerate() {
            if index == base {
                check_base(input, field, mark)?;
                found = Some(Base { member, field });
                continue;
            }
            let fill = match mark.map(|mark| mark.name) {
                Some("state") => Fill::State,
                Some("default") => Fill::Default,
                Some("given") => Fill::Given,
                _ if is_named(&field.ty, "PhantomData") => Fill::Phantom,
                _ => Fill::Factory,
            };
            own.push(Own {
                member,
                field,
                fill,
            });
        }
        let base = found.expect("`find_base` gives the index of a field");
        Ok(Self { base, own })
    }
}

impl Own<'_> {
    /// As written: `db`, or `1`.
    pub(crate) fn name(&self) -> String {
        self.member.to_token_stream().to_string()
    }

    /// The value of a field that needs nothing for it.
    pub(crate) fn without_base(&self) -> TokenStream {
        let ty = &self.field.ty;
        let span = Span::call_site().located_at(ty.span());
        match self.fill {
            Fill::Phantom => quote!(::core::marker::PhantomData),
            _ => quote_spanned!(span=> <#ty as ::core::default::Default>::default()),
        }
    }
}

/// `#[name]` before a field.
#[derive(Clone, Copy)]
struct Mark {
    name: &'static str,
    span: Span,
}

/// The fields of the struct, at least one.
fn fields(input: &DeriveInput) -> Result<&syn::Fields> {
    let name = &input.ident;
    let error = |span, what| {
        let text = format!(
            "{what}: a handler is a struct that wraps its base, as in `struct {name}(Exchange);`"
        );
        Err(Error::new(span, text))
    };
    match &input.data {
        Data::Enum(data) => error(data.enum_token.span, "an enum cannot be a handler"),
        Data::Union(data) => error(data.union_token.span, "a union cannot be a handler"),
        Data::Struct(data) => match &data.fields {
            syn::Fields::Unit => error(name.span(), "this struct has no base"),
            fields if fields.is_empty() => error(fields.span(), "this struct has no base"),
            fields => Ok(fields),
        },
    }
}

/// The index of the base.
fn find_base(fields: &syn::Fields, all: &[(Member, &Field, Option<Mark>)]) -> Result<usize> {
    let mut marked = all
        .iter()
        .enumerate()
        .filter_map(|(index, (_, _, mark))| Some((index, (*mark)?)))
        .filter(|(_, mark)| mark.name == "base");
    if let Some((index, _)) = marked.next() {
        return match marked.next() {
            None => Ok(index),
            Some((_, mark)) => Err(Error::new(
                mark.span,
                "a second `#[base]`: a handler inherits from one base",
            )),
        };
    }
    let named = |(_, field, _): &(Member, &Field, _)| {
        field.ident.as_ref().is_some_and(|name| name == "base")
    };
    match all.iter().position(named) {
        Some(index) => Ok(index),
        None if all.len() == 1 || matches!(fields, syn::Fields::Unnamed(_)) => Ok(0),
        None => Err(Error::new(
            fields.span(),
            "which field is the base? name it `base`, or write `#[base]` before it",
        )),
    }
}

fn check_base(input: &DeriveInput, field: &Field, mark: Option<Mark>) -> Result<()> {
    if let Some(Mark { name, span }) = mark.filter(|mark| mark.name != "base") {
        return Err(Error::new(
            span,
            format!("this field is the base: `#[{name}]` is for the others"),
        ));
    }
    if is_named(&field.ty, "RequestHandler") {
        let name = &input.ident;
        return Err(Error::new(
            field.ty.span(),
            format!(
                "`RequestHandler` is the trait of the hooks, and no base: the root of all handlers is \
                 `Exchange`, as in `struct {name}(Exchange);`"
            ),
        ));
    }
    Ok(())
}

/// The field's mark, if it has one. Other attributes of ours would do nothing and are errors.
fn mark(field: &Field) -> Result<Option<Mark>> {
    let mut found: Option<Mark> = None;
    for attribute in &field.attrs {
        if attribute.path().is_ident("handler") {
            return Err(Error::new(
                attribute.span(),
                "`#[handler(..)]` belongs on the struct, not on a field",
            ));
        }
        let path = attribute.path();
        let Some(name) = MARKS.into_iter().find(|name| path.is_ident(name)) else {
            continue;
        };
        attribute.meta.require_path_only()?;
        let span = path.span();
        if let Some(Mark { name: other, .. }) = found.replace(Mark { name, span }) {
            return Err(Error::new(
                span,
                format!("`#[{other}]` and `#[{name}]` before one field: it has one mark at most"),
            ));
        }
    }
    Ok(found)
}

fn member(index: usize, field: &Field) -> Member {
    match &field.ident {
        Some(name) => Member::Named(name.clone()),
        None => Member::Unnamed(Index::from(index)),
    }
}

/// Whether the type is a path that ends in this name.
fn is_named(ty: &Type, name: &str) -> bool {
    match ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|segment| segment.ident == name),
        Type::TraitObject(object) => matches!(
            object.bounds.first(),
            Some(syn::TypeParamBound::Trait(bound))
                if bound.path.segments.last().is_some_and(|segment| segment.ident == name)
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    fn input(input: TokenStream) -> DeriveInput {
        syn::parse2(input).expect("a struct")
    }

    #[test]
    fn which_field_is_the_base() {
        let check = |tokens: TokenStream, expected: &str| {
            let input = input(tokens);
            let fields = Fields::parse(&input).expect("a base");
            assert_eq!(fields.base.member.to_token_stream().to_string(), expected);
        };
        check(
            quote!(
                struct A(B);
            ),
            "0",
        );
        check(
            quote!(
                struct A(B, C);
            ),
            "0",
        );
        check(
            quote!(
                struct A(C, #[base] B);
            ),
            "1",
        );
        check(
            quote!(
                struct A {
                    only: B,
                }
            ),
            "only",
        );
        check(
            quote!(
                struct A {
                    db: C,
                    base: B,
                }
            ),
            "base",
        );
        check(
            quote!(
                struct A {
                    base: C,
                    #[base]
                    inner: B,
                }
            ),
            "inner",
        );
    }

    #[test]
    fn who_fills_the_others() {
        let input = input(quote!(
            struct A(
                B,
                #[state] C,
                #[default] C,
                #[given] C,
                C,
                PhantomData<C>,
                #[given] std::marker::PhantomData<C>,
            );
        ));
        let fields = Fields::parse(&input).expect("a base");
        let fills: Vec<Fill> = fields.own.iter().map(|own| own.fill).collect();
        use Fill::{Default, Factory, Given, Phantom, State};
        assert_eq!(fills, [State, Default, Given, Factory, Phantom, Given]);
    }
}
