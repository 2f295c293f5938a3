// The parts of `tornado_web` that the derive names, in miniature.

#[doc(hidden)]
pub mod __private {
    use std::{any::Any, sync::Arc};

    pub type Result<T = (), E = std::convert::Infallible> = std::result::Result<T, E>;

    #[derive(Clone, Default)]
    pub struct Exchange {
        pub id: u32,
        /// All state that the application has.
        pub state: Option<Arc<dyn Any + Send + Sync>>,
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum OwnFields {
        Remade,
        Given,
        Lost(&'static [&'static str]),
    }

    pub trait Handler: Sized + Send + Sync + 'static {
        type Base: RequestHandler;
        const OWN_FIELDS: OwnFields;
        fn base(&self) -> &Self::Base;
        fn base_mut(&mut self) -> &mut Self::Base;
        fn exchange(&self) -> &Exchange;
        fn exchange_mut(&mut self) -> &mut Exchange;
        fn into_base(self) -> Self::Base;
        fn around(base: Self::Base) -> Option<Self>;
        fn vacant(exchange: Exchange) -> Option<Self>;
    }

    pub trait RequestHandler: Handler {
        fn get_login_url(&self) -> Result<String> {
            self.base().get_login_url()
        }
    }

    pub trait FromExchange: Handler {
        fn from_exchange(exchange: Exchange) -> Self;
        fn needs(needs: &mut StateNeeds) {
            let _ = needs;
        }
    }

    #[derive(Default)]
    pub struct StateNeeds(pub Vec<String>);

    impl StateNeeds {
        pub fn field<H, T>(&mut self, field: &str) {
            let class = std::any::type_name::<H>();
            let ty = std::any::type_name::<T>();
            self.0.push(format!("{class} {field} {ty}"));
        }
    }

    pub fn find_state<H: Handler, T: Clone + 'static>(base: &H) -> Option<T> {
        base.exchange().state.as_ref()?.downcast_ref().cloned()
    }

    pub fn take_state<T>(found: Option<T>) -> T {
        found.expect("the state is there")
    }

    pub struct Unfilled;

    pub trait FilledByRoute<Class, Field> {
        fn fill() -> Field;
    }

    pub trait HandlersHaveNoDrop {}

    pub struct Free;

    macro_rules! names {
        ($($name:ident,)*) => {
            #[expect(dead_code, non_upper_case_globals, reason = "they are names of methods")]
            pub trait ServiceNames {
                $(const $name: Free = Free;)*
            }
        };
    }

    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/names.rs"));

    impl<T> ServiceNames for T {}

    #[expect(dead_code, reason = "only the compiler looks at it")]
    pub fn is_free(_: Free) {}

    impl Handler for Exchange {
        type Base = Self;
        const OWN_FIELDS: OwnFields = OwnFields::Remade;

        fn base(&self) -> &Self {
            self
        }

        fn base_mut(&mut self) -> &mut Self {
            self
        }

        fn exchange(&self) -> &Exchange {
            self
        }

        fn exchange_mut(&mut self) -> &mut Exchange {
            self
        }

        fn into_base(self) -> Self {
            self
        }

        fn around(base: Self) -> Option<Self> {
            Some(base)
        }

        fn vacant(exchange: Exchange) -> Option<Self> {
            Some(exchange)
        }
    }

    impl RequestHandler for Exchange {
        fn get_login_url(&self) -> Result<String> {
            Ok(String::new())
        }
    }

    impl FromExchange for Exchange {
        fn from_exchange(exchange: Exchange) -> Self {
            exchange
        }
    }
}

pub mod prelude {
    pub use super::__private::{Exchange, FromExchange, RequestHandler, Result};
}
