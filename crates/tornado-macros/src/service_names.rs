//! The names of the services: a handler's own method can't bear one of them.
//!
//! `self.write(..)` in a handler that inherits is the service: a trait's method is found on the
//! handler itself, before the base is looked at. A base's own `write` would be passed over.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{DeriveInput, GenericParam, Path, Type, TypeParamBound, WherePredicate};

/// All methods of the services. A test of `tornado-core` compares them with its traits.
const NAMES: [&str; 75] = [
    "add_cookie",
    "add_header",
    "addslash",
    "application",
    "authenticated",
    "body_as",
    "check_etag_header",
    "clear",
    "clear_all_cookies",
    "clear_cookie",
    "clear_header",
    "create_signed_value",
    "create_signed_value_with",
    "current_user",
    "finish",
    "finish_with",
    "flush",
    "get_argument",
    "get_argument_as",
    "get_argument_opt",
    "get_argument_or",
    "get_arguments",
    "get_body_argument",
    "get_body_arguments",
    "get_browser_locale",
    "get_browser_locale_or",
    "get_cookie",
    "get_query_argument",
    "get_query_arguments",
    "get_reason",
    "get_secure_cookie",
    "get_secure_cookie_key_version",
    "get_signed_cookie",
    "get_signed_cookie_key_version",
    "get_signed_cookie_with",
    "get_status",
    "json_body",
    "locale",
    "path_args",
    "path_args_as",
    "path_kwarg",
    "path_kwargs",
    "query_as",
    "redirect",
    "redirect_permanent",
    "redirect_with_status",
    "removeslash",
    "request",
    "require_setting",
    "reset_xsrf_token",
    "reverse_url",
    "send_error",
    "send_error_with_reason",
    "set_body_timeout",
    "set_cookie",
    "set_current_user",
    "set_etag_header",
    "set_header",
    "set_locale",
    "set_max_body_size",
    "set_secure_cookie",
    "set_signed_cookie",
    "set_signed_cookie_with",
    "set_status",
    "set_status_and_reason",
    "settings",
    "state",
    "static_url",
    "static_url_with",
    "take_raised",
    "translations",
    "write",
    "write_json",
    "xsrf_form_html",
    "xsrf_token",
];

/// What does not compile if the struct has a method of its own by one of these names.
///
/// In a path, `Type::name` is the type's own before it is a trait's. So if there is none, it is a
/// constant of the trait below, whose type alone `is_free` takes. All of it stands in a module,
/// where the services are not in scope; the struct comes in as an associated type, since it may
/// have no path of its own.
pub(crate) fn check(input: &DeriveInput, krate: &Path) -> Option<TokenStream> {
    let ty = some_type(input, krate)?;
    let span = Span::call_site().located_at(input.ident.span());
    let names = NAMES.map(|name| Ident::new(name, span));
    let checks = names
        .iter()
        .map(|name| quote_spanned!(span=> is_free(<<Class as IsHandler>::Handler>::#name);));
    let handler = &input.ident;
    let message = "the method `{Self}` has the name of a service";
    let label =
        format!("in what inherits from `{handler}`, `self.name()` is the service, not this method");
    let note = "give it another name; to change what the framework does, write a hook in `impl RequestHandler`";
    Some(quote! {
        const _: () = {
            mod service_names {
                pub(super) struct Class;

                pub(super) trait IsHandler {
                    type Handler;
                }

                struct Free;

                trait Services {
                    #(const #names: Free = Free;)*
                }

                impl<T> Services for T {}

                #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note)]
                trait NotTaken {}

                impl NotTaken for Free {}

                fn is_free<T: NotTaken>(_: T) {}

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

/// The struct, with something in place of its parameters. `None` where they have bounds for which
/// nobody knows what that could be.
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
