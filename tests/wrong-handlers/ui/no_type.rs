// Values that are read as nobody knows what.
use tornado_core::{Exchange, Handler, Input as _, PathArgs as _, RequestHandler, Result};

struct Signup {
    name: String,
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct MainHandler(Exchange);

impl RequestHandler for MainHandler {
    async fn get(&mut self) -> Result {
        let page = self.get_argument_as("page")?;
        drop(page);
        let slug = self.path_args_as()?;
        drop(slug);
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let signup: Signup = self.json_body()?;
        drop(signup.name);
        Ok(())
    }
}

fn main() {}
