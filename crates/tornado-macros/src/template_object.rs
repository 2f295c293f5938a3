//! `#[derive(TemplateObject)]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{
    Attribute, Data, DeriveInput, Error, Field, Fields, Ident, Path, Result, Token, Type,
    parenthesized, parse2,
};

/// What `#[template(..)]` on the struct says.
#[derive(Default)]
struct Options {
    krate: Option<Path>,
    methods: Vec<Method>,
    display: bool,
}

/// A method, with the names of its arguments; `_` has none.
struct Method {
    name: Ident,
    arguments: Vec<String>,
}

pub(crate) fn derive(input: TokenStream, default_crate: TokenStream) -> TokenStream {
    parse2(input)
        .and_then(|input| expand(&input, default_crate))
        .unwrap_or_else(Error::into_compile_error)
}

fn expand(input: &DeriveInput, default_crate: TokenStream) -> Result<TokenStream> {
    let fields = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Some(&fields.named),
            Fields::Unit => None,
            Fields::Unnamed(_) => {
                return Err(wrong(
                    input,
                    "a field without a name can't be an attribute: give the fields names",
                ));
            }
        },
        Data::Enum(_) | Data::Union(_) => {
            return Err(wrong(
                input,
                "`TemplateObject` is for a struct, whose fields become attributes",
            ));
        }
    };
    let options = Options::parse(&input.attrs)?;
    let krate = options.krate.map_or(default_crate, |path| quote!(#path));
    let mut attributes = Vec::new();
    let mut printed = Vec::new();
    for field in fields.into_iter().flatten() {
        let ident = field.ident.as_ref().expect("named fields have names");
        if is_skipped(field)? {
            continue;
        }
        let name = attribute_name(ident);
        let value = match Printed::of(&field.ty) {
            Some(Printed::Text) => quote!(::core::convert::From::from(&*self.#ident)),
            // Where it is no value, the error is at the type of the field.
            _ => quote_spanned!(field.ty.span()=>
                ::core::convert::Into::into(::core::clone::Clone::clone(&self.#ident))
            ),
        };
        attributes.push(quote!(#name => #value,));
        let print = match Printed::of(&field.ty) {
            Some(Printed::Text) => quote!(printer.print_str(&self.#ident)),
            Some(Printed::Int) => {
                quote!(printer.print_int(::core::convert::From::from(self.#ident)))
            }
            Some(Printed::Float) => {
                quote!(printer.print_float(::core::convert::From::from(self.#ident)))
            }
            None => continue,
        };
        printed.push(quote!(#name => #print,));
    }
    let methods = options.methods.iter().map(|method| {
        let (ident, name) = (&method.name, attribute_name(&method.name));
        let count = method.arguments.len();
        let arguments = method.arguments.iter().enumerate();
        let arguments =
            arguments.map(|(index, argument)| quote!(args.argument(#name, #index, #argument)?));
        quote! {
            #name => {
                let call = || {
                    args.no_more_than(#name, #count)?;
                    #krate::IntoResult::into_result(self.#ident(#(#arguments),*))
                };
                ::core::option::Option::Some(call())
            }
        }
    });
    let display = options.display.then(|| {
        quote! {
            fn display(&self) -> ::core::option::Option<::std::string::String> {
                ::core::option::Option::Some(::std::string::ToString::to_string(self))
            }
        }
    });
    let (ident, name) = (&input.ident, input.ident.to_string());
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        #[allow(clippy::all, clippy::pedantic, unreachable_code, unused_variables)]
        impl #generics #krate::Object for #ident #arguments #bounds {
            fn type_name(&self) -> &str {
                #name
            }

            fn get_attr(&self, name: &str) -> ::core::option::Option<#krate::Value> {
                ::core::option::Option::Some(match name {
                    #(#attributes)*
                    _ => return ::core::option::Option::None,
                })
            }

            fn write_attr(&self, name: &str, printer: &mut #krate::Printer<'_>) -> bool {
                match name {
                    #(#printed)*
                    _ => return false,
                }
                true
            }

            fn call_method(
                &self,
                name: &str,
                args: #krate::Args,
            ) -> ::core::option::Option<::core::result::Result<#krate::Value, #krate::Error>> {
                match name {
                    #(#methods)*
                    _ => ::core::option::Option::None,
                }
            }

            #display
        }

        #[automatically_derived]
        impl #generics ::core::convert::From<#ident #arguments> for #krate::Value #bounds {
            fn from(object: #ident #arguments) -> #krate::Value {
                #krate::Value::from_object(object)
            }
        }
    })
}

fn wrong(input: &DeriveInput, message: &str) -> Error {
    Error::new_spanned(&input.ident, message)
}

/// `type` of a field `r#type`.
fn attribute_name(ident: &Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").map_or(name.clone(), str::to_owned)
}

impl Options {
    fn parse(attributes: &[Attribute]) -> Result<Options> {
        let mut options = Options::default();
        for attribute in attributes.iter().filter(|a| a.path().is_ident("template")) {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("crate") {
                    options.krate = Some(meta.value()?.call(Path::parse_mod_style)?);
                } else if meta.path.is_ident("display") {
                    options.display = true;
                } else if meta.path.is_ident("methods") {
                    let list;
                    parenthesized!(list in meta.input);
                    let methods = list.parse_terminated(Method::parse, Token![,])?;
                    options.methods.extend(methods);
                } else {
                    return Err(meta.error(
                        "unknown option: write `methods(..)`, `display` or `crate = path`",
                    ));
                }
                Ok(())
            })?;
        }
        Ok(options)
    }
}

impl Method {
    fn parse(input: syn::parse::ParseStream<'_>) -> Result<Method> {
        let name: Ident = input.parse()?;
        let mut arguments = Vec::new();
        if input.peek(syn::token::Paren) {
            let list;
            parenthesized!(list in input);
            while !list.is_empty() {
                arguments.push(if list.peek(Token![_]) {
                    list.parse::<Token![_]>()?;
                    String::new()
                } else {
                    attribute_name(&list.parse()?)
                });
                if !list.is_empty() {
                    list.parse::<Token![,]>()?;
                }
            }
        }
        Ok(Method { name, arguments })
    }
}

/// Whether a field is marked `#[template(skip)]`.
fn is_skipped(field: &Field) -> Result<bool> {
    let mut skip = false;
    for attribute in field.attrs.iter().filter(|a| a.path().is_ident("template")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("skip") {
                return Err(meta.error("unknown option: write `skip`"));
            }
            skip = true;
            Ok(())
        })?;
    }
    Ok(skip)
}

/// How a field gets into a page without a value between.
enum Printed {
    Text,
    Int,
    Float,
}

impl Printed {
    fn of(ty: &Type) -> Option<Printed> {
        let Type::Path(path) = ty else { return None };
        let name = path.path.segments.last()?;
        if !name.arguments.is_none() {
            return None;
        }
        match &*name.ident.to_string() {
            "String" => Some(Printed::Text),
            "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" => Some(Printed::Int),
            "f32" | "f64" => Some(Printed::Float),
            _ => None,
        }
    }
}
