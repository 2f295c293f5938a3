// Methods of one's own that subclasses would never call.
use tornado_core::{Exchange, Handler, Output, RequestHandler, Result};

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct BaseHandler(Exchange);

impl BaseHandler {
    fn write(&mut self, text: &str) {
        Output::write(self, text.to_uppercase());
    }

    async fn redirect<T: AsRef<str>>(&mut self, to: T) -> Result {
        drop(to);
        Ok(())
    }
}

impl RequestHandler for BaseHandler {}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Audited<B: RequestHandler>(B);

impl<B: RequestHandler> Audited<B> {
    fn finish(&mut self) {}
}

impl<B: RequestHandler> RequestHandler for Audited<B> {}

fn main() {}
