//! Questions about the generics of a struct.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Generics, Type};

/// Whether the type mentions a type parameter of the struct anywhere.
pub(crate) fn mentions_type_parameter(ty: &Type, generics: &Generics) -> bool {
    fn search(tokens: TokenStream, generics: &Generics) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(name) => generics.type_params().any(|param| param.ident == name),
            TokenTree::Group(group) => search(group.stream(), generics),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        })
    }
    search(ty.to_token_stream(), generics)
}
