// A struct that serde does not know, among types that it does.
use tornado_core::{Exchange, Handler, Input as _, PathArgs as _, RequestHandler, Result};

struct Signup {
    name: String,
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct MainHandler(Exchange);

impl RequestHandler for MainHandler {
    async fn get(&mut self) -> Result {
        let page: u32 = self.get_argument_as("page")?;
        drop(page);
        let slug: String = self.path_args_as()?;
        drop(slug);
        let signup: Signup = self.json_body()?;
        drop(signup.name);
        Ok(())
    }
}

fn main() {}
