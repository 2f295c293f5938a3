//! The same session in a browser: a page with a form.

use tornado_web::escape::xhtml_escape;
use tornado_web::prelude::*;

#[derive(Handler)]
pub(crate) struct FormHandler(Exchange);

impl RequestHandler for FormHandler {
    async fn get(&mut self) -> Result {
        let session = self.get_session().await?;
        let username = session.get_or("username", "Guest")?;
        let visits = session.get_or("visits", 0)? + 1;
        session.set("visits", visits)?;
        self.write(page(&username, visits));
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let session = self.get_session().await?;
        match self.get_argument_opt("forget")? {
            Some(_) => session.destroy(),
            None => session.set("username", self.get_argument("username")?)?,
        }
        // The browser requests the page again, so that a reload posts nothing.
        self.redirect_with_status("/form", 303);
        Ok(())
    }
}

fn page(username: &str, visits: u32) -> String {
    let username = xhtml_escape(username);
    format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A session</title>
<link rel="icon" href="data:,">
<style>
:root {{ color-scheme: light dark; --accent: light-dark(#0b57a4, #8cc4ff); }}
* {{ box-sizing: border-box; font: inherit; }}
body {{ font: 1.125rem/1.5 system-ui, sans-serif; max-width: 30rem; margin: 12vh auto; padding: 0 1.25rem; }}
h1 {{ font-size: 2rem; font-weight: 700; line-height: 1.2; margin: 0; overflow-wrap: anywhere; }}
p {{ margin: .5rem 0 2rem; opacity: .75; }}
form {{ display: flex; flex-wrap: wrap; gap: .5rem; margin-bottom: .75rem; }}
label {{ flex-basis: 100%; }}
input, button {{ border: 1px solid; border-color: light-dark(#aaa, #666); border-radius: .4rem; padding: .5rem .8rem; }}
input {{ flex: 1 12rem; min-width: 0; }}
button {{ background: none; cursor: pointer; }}
.main {{ background: var(--accent); border-color: var(--accent); color: Canvas; }}
</style>
</head>
<body>
<h1>Hello, {username}!</h1>
<p>This is page view {visits} of your session.</p>
<form method="post">
<label for="username">Your name</label>
<input id="username" name="username" required maxlength="60" autocomplete="name" autofocus>
<button class="main">Remember me</button>
</form>
<form method="post"><button name="forget" value="1">Forget me</button></form>
</body>
</html>
"#
    )
}
