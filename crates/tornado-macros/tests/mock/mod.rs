// The parts of `tornado_web` that the derive names, in small.

#[doc(hidden)]
pub mod __private {
    #[derive(Default)]
    pub struct Exchange {
        pub id: u32,
    }

    pub trait Handler: Sized + Send + Sync + 'static {
        type Base: RequestHandler;
        fn base(&self) -> &Self::Base;
        fn base_mut(&mut self) -> &mut Self::Base;
        fn exchange(&self) -> &Exchange;
        fn exchange_mut(&mut self) -> &mut Exchange;
    }

    pub trait RequestHandler: Handler {
        fn get_login_url(&self) -> String {
            self.base().get_login_url()
        }
    }

    impl Handler for Exchange {
        type Base = Self;

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
    }

    impl RequestHandler for Exchange {
        fn get_login_url(&self) -> String {
            String::new()
        }
    }
}

pub mod prelude {
    pub use super::__private::{Exchange, RequestHandler};
}
