//! `#[derive(Handler)]`.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{DeriveInput, Error, Generics, Path, Result, parse_quote, spanned::Spanned};

use crate::fields::{Fields, Fill, Own};
use crate::generics::mentions_type_parameter;
use crate::options::Options;
use crate::service_names;

/// Returns the impls, or a `compile_error!` that says what to write instead.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    syn::parse2(input)
        .and_then(|input| expand(&input))
        .unwrap_or_else(Error::into_compile_error)
}

fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let options = Options::parse(&input.attrs)?;
    let fields = Fields::parse(input)?;
    if let Some(lifetime) = input.generics.lifetimes().next() {
        return Err(Error::new(
            lifetime.span(),
            "a handler lives as long as its request and cannot borrow: \
             hold an owned value, an `Arc<T>` or a `&'static T`",
        ));
    }
    let class = Class {
        input,
        fields: &fields,
        krate: &options.krate,
    };
    let handler = class.impl_handler(&options);
    let files = options.static_files.then(|| class.impl_static_files());
    let socket = options.websocket.then(|| class.impl_websocket());
    let from = (!options.own_from_exchange).then(|| class.impl_from_exchange());
    let deref = (!options.no_deref).then(|| class.impl_deref());
    let checks = class.checks();
    Ok(quote!(#handler #files #socket #from #deref #checks))
}

/// The struct, as the impls need it.
struct Class<'a> {
    input: &'a DeriveInput,
    fields: &'a Fields<'a>,
    krate: &'a Path,
}

impl Class<'_> {
    fn impl_handler(&self, options: &Options) -> TokenStream {
        let krate = self.krate;
        let name = &self.input.ident;
        let member = &self.fields.base.member;
        let ty = &self.fields.base.field.ty;
        let exchange = quote!(#krate::__private::Exchange);
        // If the field is not a handler, the error should point at it, not at
        // the derive.
        let span = Span::call_site().located_at(ty.span());
        let inner = quote_spanned!(span=> <Self::Base as #krate::__private::Handler>);
        // The default of `get`: a base can't call the hooks of what wraps it.
        let result = quote!(
            impl ::core::future::Future<Output = #krate::__private::Result> + ::core::marker::Send
        );
        let socket = options.websocket.then(|| {
            quote! {
                #[inline]
                fn inherited_get(&mut self) -> #result {
                    #krate::websocket::serve_websocket(self)
                }
            }
        });
        let methods = options.static_files.then(|| {
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
        let attributes = self.class_attributes(options);
        let own_fields = self.own_fields();
        let around = self.around();
        let vacant = self.vacant(options);
        let generics = self.handler_generics();
        let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
        quote! {
            #[automatically_derived]
            impl #impl_generics #krate::__private::Handler for #name #type_generics #where_clause {
                type Base = #ty;

                const OWN_FIELDS: #krate::__private::OwnFields = #own_fields;

                #attributes

                #[inline]
                fn base(&self) -> &Self::Base {
                    &self.#member
                }

                #[inline]
                fn base_mut(&mut self) -> &mut Self::Base {
                    &mut self.#member
                }

                #[inline]
                fn exchange(&self) -> &#exchange {
                    #inner::exchange(&self.#member)
                }

                #[inline]
                fn exchange_mut(&mut self) -> &mut #exchange {
                    #inner::exchange_mut(&mut self.#member)
                }

                #[inline]
                fn into_base(self) -> Self::Base {
                    self.#member
                }

                #around

                #vacant

                #methods

                #socket
            }
        }
    }

    /// `#[class(..)]`: the class's attributes, set after those of its base.
    fn class_attributes(&self, options: &Options) -> Option<TokenStream> {
        let krate = self.krate;
        let values = &options.class;
        (!values.is_empty()).then(|| {
            quote! {
                fn class_attributes(attributes: &mut #krate::__private::ClassAttributes) {
                    <Self::Base as #krate::__private::Handler>::class_attributes(attributes);
                    #(attributes.set(#values);)*
                }
            }
        })
    }

    /// The generics of the struct, with the bounds that `Handler` needs for the types of its
    /// fields.
    fn handler_generics(&self) -> Generics {
        let krate = self.krate;
        let mut generics = self.input.generics.clone();
        let ty = &self.fields.base.field.ty;
        let mut bounds = vec![(ty, quote!(#krate::__private::RequestHandler))];
        bounds.extend(self.fields.own.iter().filter_map(|own| {
            let bound = match own.fill {
                Fill::State => quote!(
                    ::core::clone::Clone + ::core::marker::Send + ::core::marker::Sync + 'static
                ),
                Fill::Default => quote!(::core::default::Default),
                Fill::Phantom | Fill::Given | Fill::Factory => return None,
            };
            Some((&own.field.ty, bound))
        }));
        bounds.retain(|(ty, _)| mentions_type_parameter(ty, &self.input.generics));
        for (ty, bound) in bounds {
            generics
                .make_where_clause()
                .predicates
                .push(parse_quote!(#ty: #bound));
        }
        generics
    }

    fn own_fields(&self) -> TokenStream {
        let own = &self.fields.own;
        let krate = self.krate;
        let kind = quote!(#krate::__private::OwnFields);
        let lost: Vec<String> = own
            .iter()
            .filter(|own| matches!(own.fill, Fill::Default | Fill::Factory))
            .map(Own::name)
            .collect();
        if !lost.is_empty() {
            quote!(#kind::Lost(&[#(#lost),*]))
        } else if own.iter().any(|own| own.fill == Fill::Given) {
            quote!(#kind::Given)
        } else {
            quote!(#kind::Remade)
        }
    }

    fn around(&self) -> TokenStream {
        let option = quote!(::core::option::Option);
        let remade = |own: &Own<'_>| matches!(own.fill, Fill::State | Fill::Phantom);
        if !self.fields.own.iter().all(remade) {
            return quote! {
                #[inline]
                fn around(_base: Self::Base) -> #option<Self> {
                    #option::None
                }
            };
        }
        let member = &self.fields.base.member;
        let values = self.found_values();
        quote! {
            #[inline]
            fn around(base: Self::Base) -> #option<Self> {
                #option::Some(Self { #(#values,)* #member: base })
            }
        }
    }

    fn vacant(&self, options: &Options) -> TokenStream {
        let krate = self.krate;
        let exchange = quote!(#krate::__private::Exchange);
        let option = quote!(::core::option::Option);
        let filled = |own: &Own<'_>| !matches!(own.fill, Fill::Given | Fill::Factory);
        let generic = self.input.generics.type_params().next().is_some();
        if options.own_from_exchange && !generic {
            return quote! {
                #[inline]
                fn vacant(exchange: #exchange) -> #option<Self> {
                    #option::Some(#krate::__private::FromExchange::from_exchange(exchange))
                }
            };
        }
        if options.own_from_exchange || !self.fields.own.iter().all(filled) {
            return quote! {
                #[inline]
                fn vacant(_exchange: #exchange) -> #option<Self> {
                    #option::None
                }
            };
        }
        let member = &self.fields.base.member;
        let span = Span::call_site().located_at(self.fields.base.field.ty.span());
        let inner = quote_spanned!(span=> <Self::Base as #krate::__private::Handler>);
        let values = self.found_values();
        quote! {
            #[inline]
            fn vacant(exchange: #exchange) -> #option<Self> {
                let base = #inner::vacant(exchange)?;
                #option::Some(Self { #(#values,)* #member: base })
            }
        }
    }

    /// The values of the fields other than the base, when a state may be
    /// missing.
    fn found_values(&self) -> Vec<TokenStream> {
        let krate = self.krate;
        let value = |own: &Own<'_>| {
            let (member, ty) = (&own.member, &own.field.ty);
            let span = Span::call_site().located_at(ty.span());
            let value = match own.fill {
                Fill::State => {
                    let find = quote_spanned!(span=> #krate::__private::find_state::<_, #ty>);
                    quote!(#find(&base)?)
                }
                _ => own.without_base(),
            };
            quote!(#member: #value)
        };
        self.fields.own.iter().map(value).collect()
    }

    /// `#[handler(static_files)]`: access to the base's `StaticFiles` hooks.
    fn impl_static_files(&self) -> TokenStream {
        let krate = self.krate;
        let name = &self.input.ident;
        let member = &self.fields.base.member;
        let ty = &self.fields.base.field.ty;
        let inherits = quote!(#krate::__private::InheritsStaticFiles);
        let span = Span::call_site().located_at(ty.span());
        let inner = quote_spanned!(span=> <#ty as #krate::__private::InheritsStaticFiles>);
        let mut generics = self.handler_generics();
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

    /// `#[handler(websocket)]`: access to the base's `WebSocket` hooks.
    fn impl_websocket(&self) -> TokenStream {
        let krate = self.krate;
        let name = &self.input.ident;
        let member = &self.fields.base.member;
        let ty = &self.fields.base.field.ty;
        let mut generics = self.handler_generics();
        if mentions_type_parameter(ty, &generics) {
            generics
                .make_where_clause()
                .predicates
                .push(parse_quote!(#ty: #krate::websocket::WebSocket));
        }
        let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
        quote! {
            #[automatically_derived]
            impl #impl_generics #krate::websocket::InheritsWebSocket for #name #type_generics #where_clause {
                type Socket = #ty;

                #[inline]
                fn socket(&self) -> &Self::Socket {
                    &self.#member
                }

                #[inline]
                fn socket_mut(&mut self) -> &mut Self::Socket {
                    &mut self.#member
                }
            }
        }
    }

    fn impl_from_exchange(&self) -> TokenStream {
        let krate = self.krate;
        let name = &self.input.ident;
        let exchange = quote!(#krate::__private::Exchange);
        let from_exchange = quote!(#krate::__private::FromExchange);
        let member = &self.fields.base.member;
        let base = &self.fields.base.field.ty;
        let mut generics = self.handler_generics();
        let (_, type_generics, _) = self.input.generics.split_for_impl();
        let predicates = &mut generics.make_where_clause().predicates;
        // A bound on a concrete type that does not hold is an error right here. With a `for<'a>`,
        // the compiler reports it where the impl is used, and without a use there is no error.
        predicates.push(parse_quote!(for<'__a> #base: #from_exchange));
        let mut values = Vec::new();
        let mut needs = Vec::new();
        for own in &self.fields.own {
            let (member, ty) = (&own.member, &own.field.ty);
            let span = Span::call_site().located_at(ty.span());
            let value = match own.fill {
                Fill::State => {
                    let name = own.name();
                    needs.push(quote!(needs.field::<Self, #ty>(#name);));
                    let find = quote_spanned!(span=> #krate::__private::find_state::<_, #ty>);
                    quote!(#krate::__private::take_state(#find(&base)))
                }
                Fill::Default | Fill::Phantom => own.without_base(),
                Fill::Given | Fill::Factory => {
                    let unfilled = quote_spanned!(span=> #krate::__private::Unfilled);
                    let filled = quote!(#krate::__private::FilledByRoute<Self, #ty>);
                    predicates.push(parse_quote!(for<'__a> #unfilled: #filled));
                    quote!(<#unfilled as #filled>::fill())
                }
            };
            values.push(quote!(#member: #value));
        }
        let (impl_generics, _, where_clause) = generics.split_for_impl();
        quote! {
            #[automatically_derived]
            impl #impl_generics #from_exchange for #name #type_generics #where_clause {
                #[inline]
                fn from_exchange(exchange: #exchange) -> Self {
                    let base = <#base as #from_exchange>::from_exchange(exchange);
                    Self { #(#values,)* #member: base }
                }

                fn needs(needs: &mut #krate::__private::StateNeeds) {
                    <#base as #from_exchange>::needs(needs);
                    #(#needs)*
                }
            }
        }
    }

    fn impl_deref(&self) -> TokenStream {
        let name = &self.input.ident;
        let member = &self.fields.base.member;
        let ty = &self.fields.base.field.ty;
        let (impl_generics, type_generics, where_clause) = self.input.generics.split_for_impl();
        quote! {
            #[automatically_derived]
            impl #impl_generics ::core::ops::Deref for #name #type_generics #where_clause {
                type Target = #ty;

                #[inline]
                fn deref(&self) -> &#ty {
                    &self.#member
                }
            }

            #[automatically_derived]
            impl #impl_generics ::core::ops::DerefMut for #name #type_generics #where_clause {
                #[inline]
                fn deref_mut(&mut self) -> &mut #ty {
                    &mut self.#member
                }
            }
        }
    }

    /// Code whose only purpose is errors.
    fn checks(&self) -> TokenStream {
        let krate = self.krate;
        let name = &self.input.ident;
        let (impl_generics, type_generics, where_clause) = self.input.generics.split_for_impl();
        let names = service_names::check(self.input, krate);
        let span = Span::call_site().located_at(name.span());
        let no_drop = quote_spanned! {span=>
            #[automatically_derived]
            impl #impl_generics #krate::__private::HandlersHaveNoDrop for #name #type_generics
            #where_clause {}
        };
        quote! {
            #no_drop
            #names
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(input: TokenStream) -> String {
        syn::parse2(input)
            .and_then(|input| expand(&input))
            .expect_err("this derives")
            .to_string()
    }

    /// How many impls there are, and whether the service names are checked.
    fn items(input: TokenStream) -> (usize, bool) {
        let file: syn::File = syn::parse2(derive(input)).expect("the output is Rust");
        let is_impl = |item: &&syn::Item| matches!(item, syn::Item::Impl(_));
        let impls = file.items.iter().filter(is_impl).count();
        (impls, impls != file.items.len())
    }

    #[test]
    fn options_leave_impls_out() {
        let check = |input, expected| assert_eq!(items(input), expected);
        check(
            quote!(
                struct A(Exchange);
            ),
            (5, true),
        );
        check(
            quote!(
                #[handler(own_from_exchange, no_deref)]
                struct A(Exchange);
            ),
            (2, true),
        );
        check(
            quote!(
                #[handler(static_files)]
                struct A<B>(StaticFileHandler<B>)
                where
                    B: RequestHandler;
            ),
            (6, true),
        );
    }

    /// It is unknown what could replace the parameter.
    #[test]
    fn bounds_of_the_users_own_are_not_looked_behind() {
        let input = quote!(
            struct A<S: Store>(Exchange, PhantomData<S>);
        );
        assert_eq!(items(input), (5, false));
        let input = quote!(
            struct A<B>(B)
            where
                Wrap<B>: Store;
        );
        assert_eq!(items(input), (5, false));
    }

    #[test]
    fn static_files() {
        let derived = derive(quote!(
            #[handler(static_files)]
            struct Files<B>(Wrap<B>);
        ));
        let expected = quote! {
            #[automatically_derived]
            impl<B> ::tornado_web::__private::InheritsStaticFiles for Files<B>
            where
                Wrap<B>: ::tornado_web::__private::RequestHandler,
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
        assert!(derived.contains(&expected.to_string()), "{derived}");
        let method = quote! {
            fn inherited_get(&mut self) -> impl ::core::future::Future<Output = ::tornado_web::__private::Result> + ::core::marker::Send {
                ::tornado_web::__private::serve_file(self)
            }
        };
        assert!(derived.contains(&method.to_string()), "{derived}");
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
                "`#[base]` marks a field: write it before one".to_owned(),
            ),
            (
                quote!(
                    struct A(#[handler(no_deref)] B);
                ),
                "`#[handler(..)]` belongs on the struct, not on a field".to_owned(),
            ),
            (
                quote!(
                    #[handler(base)]
                    struct A(B);
                ),
                "unknown option: write `static_files`, `websocket`, `own_from_exchange`, `no_deref` or `crate = path`"
                    .to_owned(),
            ),
            (
                quote!(
                    #[state]
                    struct A(B);
                ),
                "`#[state]` marks a field: write it before one".to_owned(),
            ),
            (
                quote!(
                    struct A(B, #[given] #[state] C);
                ),
                "`#[given]` and `#[state]` before one field: it has one mark at most".to_owned(),
            ),
            (
                quote!(
                    struct A(#[state] B, C);
                ),
                "this field is the base: `#[state]` is for the others".to_owned(),
            ),
            (
                quote!(
                    struct A(tornado_web::RequestHandler);
                ),
                "`RequestHandler` is the trait of the hooks, and no base: the root of all handlers is \
                 `Exchange`, as in `struct A(Exchange);`"
                    .to_owned(),
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
