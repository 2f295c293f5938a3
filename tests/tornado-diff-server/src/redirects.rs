//! Redirects, slashes, and logins.

use tornado_web::prelude::*;
use tornado_web::{IntoHeaderValue as _, RedirectHandler, Rule};

use crate::base::Base;

pub(crate) fn routes() -> Vec<Rule> {
    vec![
        url("/redirect", Redirect),
        url("/moved/(.*)", |base| {
            RedirectHandler::new(base, "/dest/{0}")
        }),
        url("/temp", |base| {
            RedirectHandler::new(base, "/dest?x=1").permanent(false)
        }),
        url("/add/?", AddSlash),
        url("/remove/?", RemoveSlash),
        url("/auth", Auth),
    ]
}

#[derive(Handler)]
struct Redirect(Base);

impl RequestHandler for Redirect {
    async fn get(&mut self) -> Result {
        let location = self.get_argument_or(Argument::query("url"), "/")?;
        let permanent = self.get_argument_or(Argument::query("permanent"), "")? == "1";
        let status = self.get_argument_or(Argument::query("status"), "")?;
        if location.as_str().into_header_value().is_err() {
            self.send_error(400).await;
            return Ok(());
        }
        match (status.as_str(), permanent) {
            ("", false) => self.redirect(&location),
            ("", true) => self.redirect_permanent(&location),
            (status, _) => self.redirect_with_status(&location, status.parse()?),
        }
        Ok(())
    }
}

#[derive(Handler)]
struct AddSlash(Base);

impl RequestHandler for AddSlash {
    async fn get(&mut self) -> Result {
        self.addslash()?;
        self.write("slash");
        Ok(())
    }

    async fn head(&mut self) -> Result {
        self.addslash()
    }
}

#[derive(Handler)]
struct RemoveSlash(Base);

impl RequestHandler for RemoveSlash {
    async fn get(&mut self) -> Result {
        self.removeslash()?;
        self.write("no slash");
        Ok(())
    }
}

#[derive(Handler)]
struct Auth(Base);

impl RequestHandler for Auth {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        let name = self.get_cookie("user");
        Ok(name.filter(|name| !name.is_empty()).map(User::from))
    }

    async fn get(&mut self) -> Result {
        let user = self.authenticated().await?;
        let name = user.get::<String>().map_or("", String::as_str);
        self.write(format!("hi {name}"));
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.authenticated().await?;
        self.write("posted");
        Ok(())
    }
}
