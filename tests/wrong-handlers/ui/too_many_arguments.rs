// Python's optional arguments: the line of each method says what to call.
use tornado_core::{
    Context as _, Cookies as _, Exchange, Handler, Input as _, Output as _, RequestHandler, Result,
};

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct MainHandler(Exchange);

impl RequestHandler for MainHandler {
    async fn get(&mut self) -> Result {
        let name = self.get_argument("name", "Guest")?;
        self.set_cookie("name", &name, 30);
        self.reverse_url("home")?;
        self.redirect("/", true);
        self.finish("done");
        Ok(())
    }
}

fn main() {}
