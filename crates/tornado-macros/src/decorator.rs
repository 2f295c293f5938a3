//! Tornado's decorators, as attributes that say what to write.

use proc_macro2::{Span, TokenStream};
use quote::quote;

/// The item as it is, and an error at the attribute.
pub(crate) fn refuse(name: &str, instead: &str, item: &TokenStream) -> TokenStream {
    let message = format!("Tornado's decorator `@{name}` is a line of code here: write {instead}");
    let error = syn::Error::new(Span::call_site(), message).into_compile_error();
    quote!(#error #item)
}
