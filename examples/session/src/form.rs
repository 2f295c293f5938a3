//! The same session for a person with a browser: a page with a form.
use tornado_web::escape::xhtml_escape;
use tornado_web::prelude::*;

#[derive(Handler)]
pub(crate) struct FormHandler(pub(crate) Exchange);

impl RequestHandler for FormHandler {
    async fn get(&mut self) -> Result {
        let session = self.get_session().await?;
        let username = session.get_or("username", "Guest".to_owned())?;
        let visits = session.get_or("visits", 0_u32)? + 1;
        session.set("visits", visits)?;
        let username = xhtml_escape(&username);
        self.write(format!(
            r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A session</title>
<style>
body {{ font: 18px/1.5 system-ui, sans-serif; max-width: 28rem; margin: 4rem auto; padding: 0 1rem; }}
input, button {{ font: inherit; padding: .4rem .6rem; }}
form {{ display: inline-block; margin: .3rem .3rem .3rem 0; }}
</style>
</head>
<body>
<h1>Hello, {username}!</h1>
<p>You have opened this page {visits} time(s) in this session.</p>
<form method="post">
<label>Your name <input name="username" required maxlength="60" autofocus></label>
<button>Remember me</button>
</form>
<form method="post"><button name="forget" value="1">Forget me</button></form>
</body>
</html>
"#
        ));
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let session = self.get_session().await?;
        match self.get_argument_opt("forget")? {
            Some(_) => session.destroy(),
            None => session.set("username", self.get_argument("username")?)?,
        }
        // The browser asks for the page again, so that a reload posts nothing.
        self.redirect_with_status("/form", 303);
        Ok(())
    }
}
