//! The names of the services' methods, which a handler's own methods can't
//! have.
//!
//! `self.write(..)` in a derived handler is the service: a trait's method is found on the handler
//! itself, before the base is searched. A base's own `write` would be ignored.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{DeriveInput, GenericParam, Path, Type, TypeParamBound, WherePredicate};

macro_rules! names {
    ($($name:ident,)*) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

include!("names.rs");

/// Code that does not compile if the struct has a method with one of these names.
///
/// In a path, `Type::name` prefers the type's own item to a trait's. So if the type has none, it is
/// a constant of the trait `ServiceNames`, and `is_free` accepts only the type of that. All of it
/// is in a module where the services are not in scope. The struct is passed in as an associated
/// type, since it may have no path of its own.
pub(crate) fn check(input: &DeriveInput, krate: &Path) -> Option<TokenStream> {
    let ty = some_type(input, krate)?;
    let span = Span::call_site().located_at(input.ident.span());
    let checks = NAMES.iter().map(|name| {
        let name = Ident::new(name, span);
        quote_spanned!(span=> is_free(<<Class as IsHandler>::Handler>::#name);)
    });
    Some(quote! {
        const _: () = {
            mod service_names {
                pub(super) struct Class;

                pub(super) trait IsHandler {
                    type Handler;
                }

                use #krate::__private::{ServiceNames, is_free};

                fn check() {
                    #(#checks)*
                }
            }

            impl service_names::IsHandler for service_names::Class {
                type Handler = #ty;
            }
        };
    })
}

/// The struct, with something in place of its parameters. `None` if they have bounds for which that
/// is unknown.
fn some_type(input: &DeriveInput, krate: &Path) -> Option<TokenStream> {
    let mut arguments = Vec::new();
    for param in &input.generics.params {
        match param {
            GenericParam::Type(param) if param.bounds.iter().all(is_simple) => {
                arguments.push(quote!(#krate::__private::Exchange));
            }
            GenericParam::Const(param) => arguments.push(match &param.ty {
                Type::Path(ty) if ty.path.is_ident("bool") => quote!(false),
                Type::Path(ty) if ty.path.is_ident("char") => quote!('a'),
                _ => quote!(0),
            }),
            GenericParam::Type(_) | GenericParam::Lifetime(_) => return None,
        }
    }
    let where_clause = input.generics.where_clause.iter();
    let is_parameter = |ty: &Type| match ty {
        Type::Path(path) => {
            let mut params = input.generics.type_params();
            params.any(|param| path.path.is_ident(&param.ident))
        }
        _ => false,
    };
    for predicate in where_clause.flat_map(|clause| &clause.predicates) {
        match predicate {
            WherePredicate::Type(predicate)
                if is_parameter(&predicate.bounded_ty)
                    && predicate.bounds.iter().all(is_simple) => {}
            _ => return None,
        }
    }
    let name = &input.ident;
    Some(quote!(#name<#(#arguments),*>))
}

/// Whether `Exchange` satisfies a bound.
fn is_simple(bound: &TypeParamBound) -> bool {
    match bound {
        TypeParamBound::Lifetime(_) => true,
        TypeParamBound::Trait(bound) => bound.path.segments.last().is_some_and(|segment| {
            let name = segment.ident.to_string();
            matches!(
                &*name,
                "Send" | "Sync" | "Sized" | "Handler" | "RequestHandler"
            )
        }),
        _ => false,
    }
}
