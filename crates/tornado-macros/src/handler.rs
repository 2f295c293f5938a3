//! `#[derive(Handler)]`.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Attribute, Data, DeriveInput, Error, Field, Fields, Generics, Index, Member, Path, Result,
    Type, WherePredicate, parse_quote, spanned::Spanned,
};

/// Gives the impls, or `compile_error!` with what to write instead.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    syn::parse2(input)
        .and_then(|input| expand(&input))
        .unwrap_or_else(Error::into_compile_error)
}

fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let options = Options::parse(&input.attrs)?;
    let fields = fields(input)?;
    let base = Base::find(fields)?;
    if let Some(lifetime) = input.generics.lifetimes().next() {
        return Err(Error::new(
            lifetime.span(),
            "a handler lives as long as its request and cannot borrow: \
             hold an owned value, an `Arc<T>` or a `&'static T`",
        ));
    }
    let handler = impl_handler(input, &base, &options);
    let files = options
        .static_files
        .then(|| impl_static_files(input, &base, &options.krate));
    let from = (!options.no_from).then(|| impl_from(input, fields, &base, &options.krate));
    Ok(quote!(#handler #files #from))
}

fn impl_handler(input: &DeriveInput, base: &Base<'_>, options: &Options) -> TokenStream {
    let krate = &options.krate;
    let name = &input.ident;
    let member = &base.member;
    let ty = &base.field.ty;
    let handler = quote!(#krate::__private::Handler);
    // A field that is no handler is told of where it stands, not at the derive.
    let span = Span::call_site().located_at(ty.span());
    let inner = quote_spanned!(span=> <Self::Base as #krate::__private::Handler>);
    let mut generics = input.generics.clone();
    if mentions_type_parameter(ty, &generics) {
        generics
            .make_where_clause()
            .predicates
            .push(parse_quote!(#ty: #krate::__private::RequestHandler));
    }
    // What `get` does unless it is written: a base can't call the hooks of what wraps it.
    let methods = options.static_files.then(|| {
        let result = quote!(
            impl ::core::future::Future<Output = #krate::__private::Result> + ::core::marker::Send
        );
        quote! {
            #[inline]
            fn inherited_get(&mut self) -> #result {
                #krate::__private::serve_file(self)
            }

            #[inline]
            fn inherited_head(&mut self) -> #result {
                #krate::__private::serve_file(self)
            }
        }
    });
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics #handler for #name #type_generics #where_clause {
            type Base = #ty;

            #[inline]
            fn base(&self) -> &Self::Base {
                &self.#member
            }

            #[inline]
            fn base_mut(&mut self) -> &mut Self::Base {
                &mut self.#member
            }

            #[inline]
            fn exchange(&self) -> &#krate::__private::Exchange {
                #inner::exchange(&self.#member)
            }

            #[inline]
            fn exchange_mut(&mut self) -> &mut #krate::__private::Exchange {
                #inner::exchange_mut(&mut self.#member)
            }

            #methods
        }
    }
}

/// `#[handler(static_files)]`: the way to the base's hooks of `StaticFiles`.
fn impl_static_files(input: &DeriveInput, base: &Base<'_>, krate: &Path) -> TokenStream {
    let name = &input.ident;
    let member = &base.member;
    let ty = &base.field.ty;
    let inherits = quote!(#krate::__private::InheritsStaticFiles);
    let span = Span::call_site().located_at(ty.span());
    let inner = quote_spanned!(span=> <#ty as #krate::__private::InheritsStaticFiles>);
    let mut generics = input.generics.clone();
    if mentions_type_parameter(ty, &generics) {
        generics
            .make_where_clause()
            .predicates
            .push(parse_quote!(#ty: #krate::__private::StaticFiles));
    }
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics #inherits for #name #type_generics #where_clause {
            type Files = #ty;

            #[inline]
            fn files(&self) -> &Self::Files {
                &self.#member
            }

            #[inline]
            fn files_mut(&mut self) -> &mut Self::Files {
                &mut self.#member
            }

            #[inline]
            fn static_file(&self) -> &#krate::__private::StaticFile {
                #inner::static_file(&self.#member)
            }

            #[inline]
            fn static_file_mut(&mut self) -> &mut #krate::__private::StaticFile {
                #inner::static_file_mut(&mut self.#member)
            }
        }
    }
}

fn impl_from(input: &DeriveInput, fields: &Fields, base: &Base<'_>, krate: &Path) -> TokenStream {
    let name = &input.ident;
    let exchange = quote!(#krate::__private::Exchange);
    let mut generics = input.generics.clone();
    let predicates = &mut generics.make_where_clause().predicates;
    let mut values = Vec::with_capacity(fields.len());
    for (index, field) in fields.iter().enumerate() {
        let member = member(index, field);
        let ty = &field.ty;
        // A bound on a concrete type that does not hold is an error where it stands. Under a `for<'a>`
        // the compiler leaves it to those who use the impl, and without any use there is no error.
        let (bound, value): (WherePredicate, _) = if member == base.member {
            (
                parse_quote!(for<'__a> #ty: ::core::convert::From<#exchange>),
                quote!(::core::convert::From::from(exchange)),
            )
        } else {
            (
                parse_quote!(for<'__a> #ty: ::core::default::Default),
                quote!(::core::default::Default::default()),
            )
        };
        predicates.push(bound);
        values.push(quote!(#member: #value));
    }
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics ::core::convert::From<#exchange> for #name #type_generics #where_clause {
            #[inline]
            fn from(exchange: #exchange) -> Self {
                Self { #(#values),* }
            }
        }
    }
}

/// `#[handler(..)]` on the struct.
struct Options {
    krate: Path,
    no_from: bool,
    static_files: bool,
}

impl Options {
    fn parse(attributes: &[Attribute]) -> Result<Self> {
        let mut krate = None;
        let mut no_from = false;
        let mut static_files = false;
        for attribute in attributes.iter().filter(|a| a.path().is_ident("handler")) {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("crate") {
                    if krate.is_some() {
                        return Err(meta.error("`crate` is given twice"));
                    }
                    krate = Some(meta.value()?.call(Path::parse_mod_style)?);
                    Ok(())
                } else if meta.path.is_ident("no_from") {
                    no_from = true;
                    Ok(())
                } else if meta.path.is_ident("static_files") {
                    static_files = true;
                    Ok(())
                } else {
                    Err(meta
                        .error("unknown option: write `crate = path`, `no_from` or `static_files`"))
                }
            })?;
        }
        if let Some(base) = attributes.iter().find(|a| a.path().is_ident("base")) {
            return Err(Error::new(
                base.span(),
                "`#[base]` marks a field: write it before the field that holds the base",
            ));
        }
        Ok(Self {
            krate: krate.unwrap_or_else(|| parse_quote!(::tornado_web)),
            no_from,
            static_files,
        })
    }
}

/// The fields of the struct, at least one.
fn fields(input: &DeriveInput) -> Result<&Fields> {
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
            Fields::Unit => error(name.span(), "this struct has no base"),
            fields if fields.is_empty() => error(fields.span(), "this struct has no base"),
            fields => Ok(fields),
        },
    }
}

/// The field that holds what the handler inherits from.
struct Base<'a> {
    member: Member,
    field: &'a Field,
}

impl<'a> Base<'a> {
    fn find(fields: &'a Fields) -> Result<Self> {
        let mut all = fields.iter().enumerate();
        let mut marked = None;
        for (index, field) in all.clone() {
            if is_marked(field)? && marked.replace((index, field)).is_some() {
                return Err(Error::new(
                    field.span(),
                    "a second `#[base]`: a handler inherits from one base",
                ));
            }
        }
        let named = || {
            let is_base = |field: &Field| field.ident.as_ref().is_some_and(|name| name == "base");
            all.clone().find(|(_, field)| is_base(field))
        };
        match marked.or_else(named) {
            Some((index, field)) => Ok(Self {
                member: member(index, field),
                field,
            }),
            None if fields.len() == 1 || matches!(fields, Fields::Unnamed(_)) => {
                let (index, field) = all.next().expect("`fields` gives no empty list");
                Ok(Self {
                    member: member(index, field),
                    field,
                })
            }
            None => Err(Error::new(
                fields.span(),
                "which field is the base? name it `base`, or write `#[base]` before it",
            )),
        }
    }
}

/// Whether the field bears `#[base]`, and no attribute that would do nothing.
fn is_marked(field: &Field) -> Result<bool> {
    let mut marked = false;
    for attribute in &field.attrs {
        if attribute.path().is_ident("handler") {
            return Err(Error::new(
                attribute.span(),
                "`#[handler(..)]` belongs on the struct, not on a field",
            ));
        }
        if attribute.path().is_ident("base") {
            attribute.meta.require_path_only()?;
            marked = true;
        }
    }
    Ok(marked)
}

fn member(index: usize, field: &Field) -> Member {
    match &field.ident {
        Some(name) => Member::Named(name.clone()),
        None => Member::Unnamed(Index::from(index)),
    }
}

/// Whether a type parameter of the struct is named anywhere in the type.
fn mentions_type_parameter(ty: &Type, generics: &Generics) -> bool {
    fn search(tokens: TokenStream, generics: &Generics) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(name) => generics.type_params().any(|param| param.ident == name),
            TokenTree::Group(group) => search(group.stream(), generics),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        })
    }
    search(ty.to_token_stream(), generics)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares tokens, so that the layout of the expected text is free.
    fn assert_derives(input: TokenStream, expected: &TokenStream) {
        assert_eq!(derive(input).to_string(), expected.to_string());
    }

    fn error(input: TokenStream) -> String {
        syn::parse2(input)
            .and_then(|input| expand(&input))
            .expect_err("this derives")
            .to_string()
    }

    #[test]
    fn tuple_struct() {
        assert_derives(
            quote!(
                struct MainHandler(BaseHandler);
            ),
            &quote! {
                #[automatically_derived]
                impl ::tornado_web::__private::Handler for MainHandler {
                    type Base = BaseHandler;
                    #[inline]
                    fn base(&self) -> &Self::Base {
                        &self.0
                    }
                    #[inline]
                    fn base_mut(&mut self) -> &mut Self::Base {
                        &mut self.0
                    }
                    #[inline]
                    fn exchange(&self) -> &::tornado_web::__private::Exchange {
                        <Self::Base as ::tornado_web::__private::Handler>::exchange(&self.0)
                    }
                    #[inline]
                    fn exchange_mut(&mut self) -> &mut ::tornado_web::__private::Exchange {
                        <Self::Base as ::tornado_web::__private::Handler>::exchange_mut(&mut self.0)
                    }
                }
                #[automatically_derived]
                impl ::core::convert::From<::tornado_web::__private::Exchange> for MainHandler
                where
                    for<'__a> BaseHandler: ::core::convert::From<::tornado_web::__private::Exchange>
                {
                    #[inline]
                    fn from(exchange: ::tornado_web::__private::Exchange) -> Self {
                        Self { 0: ::core::convert::From::from(exchange) }
                    }
                }
            },
        );
    }

    #[test]
    fn static_files() {
        let derived = derive(quote!(
            #[handler(static_files, no_from)]
            struct Files<B>(Wrap<B>);
        ));
        let expected = quote! {
            #[automatically_derived]
            impl<B> ::tornado_web::__private::InheritsStaticFiles for Files<B>
            where
                Wrap<B>: ::tornado_web::__private::StaticFiles
            {
                type Files = Wrap<B>;
                #[inline]
                fn files(&self) -> &Self::Files {
                    &self.0
                }
                #[inline]
                fn files_mut(&mut self) -> &mut Self::Files {
                    &mut self.0
                }
                #[inline]
                fn static_file(&self) -> &::tornado_web::__private::StaticFile {
                    <Wrap<B> as ::tornado_web::__private::InheritsStaticFiles>::static_file(&self.0)
                }
                #[inline]
                fn static_file_mut(&mut self) -> &mut ::tornado_web::__private::StaticFile {
                    <Wrap<B> as ::tornado_web::__private::InheritsStaticFiles>::static_file_mut(&mut self.0)
                }
            }
        };
        let derived = derived.to_string();
        assert!(derived.ends_with(&expected.to_string()), "{derived}");
        let method = quote! {
            fn inherited_get(&mut self) -> impl ::core::future::Future<Output = ::tornado_web::__private::Result> + ::core::marker::Send {
                ::tornado_web::__private::serve_file(self)
            }
        };
        assert!(derived.contains(&method.to_string()), "{derived}");
    }

    #[test]
    fn named_generic_struct() {
        assert_derives(
            quote! {
                #[handler(crate = crate::web)]
                struct Audited<B, const N: usize> where B: Clone {
                    log: [u8; N],
                    #[base]
                    inner: Wrap<B>,
                }
            },
            &quote! {
                #[automatically_derived]
                impl<B, const N: usize> crate::web::__private::Handler for Audited<B, N>
                where
                    B: Clone,
                    Wrap<B>: crate::web::__private::RequestHandler
                {
                    type Base = Wrap<B>;
                    #[inline]
                    fn base(&self) -> &Self::Base {
                        &self.inner
                    }
                    #[inline]
                    fn base_mut(&mut self) -> &mut Self::Base {
                        &mut self.inner
                    }
                    #[inline]
                    fn exchange(&self) -> &crate::web::__private::Exchange {
                        <Self::Base as crate::web::__private::Handler>::exchange(&self.inner)
                    }
                    #[inline]
                    fn exchange_mut(&mut self) -> &mut crate::web::__private::Exchange {
                        <Self::Base as crate::web::__private::Handler>::exchange_mut(&mut self.inner)
                    }
                }
                #[automatically_derived]
                impl<B, const N: usize> ::core::convert::From<crate::web::__private::Exchange>
                    for Audited<B, N>
                where
                    B: Clone,
                    for<'__a> [u8; N]: ::core::default::Default,
                    for<'__a> Wrap<B>: ::core::convert::From<crate::web::__private::Exchange>
                {
                    #[inline]
                    fn from(exchange: crate::web::__private::Exchange) -> Self {
                        Self {
                            log: ::core::default::Default::default(),
                            inner: ::core::convert::From::from(exchange)
                        }
                    }
                }
            },
        );
    }

    #[test]
    fn no_from_leaves_one_impl() {
        let tokens = derive(quote! {
            #[handler(no_from)]
            struct MainHandler(Exchange);
        });
        let file: syn::File = syn::parse2(tokens).expect("the output is Rust");
        assert_eq!(file.items.len(), 1);
    }

    #[test]
    fn which_field_is_the_base() {
        let base = |input: TokenStream| {
            let input: DeriveInput = syn::parse2(input).expect("a struct");
            let base = Base::find(fields(&input).expect("fields")).expect("a base");
            base.member.to_token_stream().to_string()
        };
        assert_eq!(
            base(quote!(
                struct A(B);
            )),
            "0"
        );
        assert_eq!(
            base(quote!(
                struct A(B, C);
            )),
            "0"
        );
        assert_eq!(
            base(quote!(
                struct A(C, #[base] B);
            )),
            "1"
        );
        assert_eq!(
            base(quote!(
                struct A {
                    only: B,
                }
            )),
            "only"
        );
        assert_eq!(
            base(quote!(
                struct A {
                    db: C,
                    base: B,
                }
            )),
            "base"
        );
        assert_eq!(
            base(quote!(
                struct A {
                    base: C,
                    #[base]
                    inner: B,
                }
            )),
            "inner"
        );
    }

    #[test]
    fn errors_say_what_to_write() {
        let wraps = "a handler is a struct that wraps its base, as in `struct A(Exchange);`";
        let cases = [
            (
                quote!(
                    struct A;
                ),
                format!("this struct has no base: {wraps}"),
            ),
            (
                quote!(
                    struct A();
                ),
                format!("this struct has no base: {wraps}"),
            ),
            (
                quote!(
                    struct A {}
                ),
                format!("this struct has no base: {wraps}"),
            ),
            (
                quote!(
                    enum A {
                        B(C),
                    }
                ),
                format!("an enum cannot be a handler: {wraps}"),
            ),
            (
                quote!(union A { b: C }),
                format!("a union cannot be a handler: {wraps}"),
            ),
            (
                quote!(
                    struct A {
                        b: B,
                        c: C,
                    }
                ),
                "which field is the base? name it `base`, or write `#[base]` before it".to_owned(),
            ),
            (
                quote!(
                    struct A(#[base] B, #[base] C);
                ),
                "a second `#[base]`: a handler inherits from one base".to_owned(),
            ),
            (
                quote!(
                    struct A<'a>(B, &'a C);
                ),
                "a handler lives as long as its request and cannot borrow: \
                 hold an owned value, an `Arc<T>` or a `&'static T`"
                    .to_owned(),
            ),
            (
                quote!(
                    #[base]
                    struct A(B);
                ),
                "`#[base]` marks a field: write it before the field that holds the base".to_owned(),
            ),
            (
                quote!(
                    struct A(#[handler(no_from)] B);
                ),
                "`#[handler(..)]` belongs on the struct, not on a field".to_owned(),
            ),
            (
                quote!(
                    #[handler(base)]
                    struct A(B);
                ),
                "unknown option: write `crate = path`, `no_from` or `static_files`".to_owned(),
            ),
            (
                quote!(
                    #[handler(crate = a, crate = b)]
                    struct A(B);
                ),
                "`crate` is given twice".to_owned(),
            ),
        ];
        for (input, expected) in cases {
            let shown = input.to_string();
            assert_eq!(error(input), expected, "{shown}");
        }
        assert!(
            derive(quote!(
                struct A;
            ))
            .to_string()
            .contains("compile_error")
        );
    }
}
