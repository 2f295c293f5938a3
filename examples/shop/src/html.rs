//! The HTML of the shop. Text from users is escaped here, and nowhere else.

use tornado_web::escape::xhtml_escape;
use tornado_web::session::Flash;

use crate::articles::Article;
use crate::base::Account;

pub(crate) fn layout(title: &str, menu: &str, messages: &[Flash], body: &str) -> String {
    let title = xhtml_escape(title);
    let messages: String = messages
        .iter()
        .map(|message| format!("<p class=message>{}</p>", xhtml_escape(message.text())))
        .collect();
    format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>
:root {{ color-scheme: light dark; }}
* {{ box-sizing: border-box; font: inherit; }}
body {{ font: 1.125rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1.25rem; }}
h1 {{ font-size: 2rem; font-weight: 700; }}
nav, form, li {{ display: flex; flex-wrap: wrap; gap: .75rem; align-items: baseline; }}
ul {{ padding: 0; }}
li > :first-child {{ flex: 1; }}
input {{ max-width: 12rem; }}
.message {{ border-left: .25rem solid; padding-left: .75rem; }}
</style>
</head>
<body>
<nav><a href="/">Shop</a> <a href="/cart">Cart</a> {menu}</nav>
<h1>{title}</h1>
{messages}
{body}
</body>
</html>
"#
    )
}

pub(crate) fn menu_of_guest() -> String {
    r#"<a href="/login">Log in</a> <a href="/register">Register</a>"#.to_owned()
}

pub(crate) fn menu(account: &Account, xsrf: &str) -> String {
    let admin = if account.is_admin {
        r#"<a href="/admin">Admin</a> "#
    } else {
        ""
    };
    let name = xhtml_escape(&account.name);
    format!(
        r#"<a href="/orders">Orders</a> {admin}<form method="post" action="/logout">{xsrf}{name} <button>Log out</button></form>"#
    )
}

/// The form for name and password, on a page that says what is wrong with them.
pub(crate) fn account_form(name: &str, next: &str, error: &str, xsrf: &str) -> String {
    let [name, next, error] = [name, next, error].map(xhtml_escape);
    format!(
        r#"<form method="post">{xsrf}<input type="hidden" name="next" value="{next}">
<label>Name <input name="name" value="{name}" required autocomplete="username"></label>
<label>Password <input name="password" type="password" required></label>
<button>Go</button></form><p>{error}</p>"#
    )
}

/// An article, with a form that has a single button.
pub(crate) fn article(article: &Article, xsrf: &str) -> String {
    let (name, price, id) = (
        xhtml_escape(&article.name),
        money(article.cents),
        article.id,
    );
    let buy = match article.stock {
        0 => "sold out".to_owned(),
        _ => format!(
            r#"<form method="post" action="/cart">{xsrf}<input type="hidden" name="article" value="{id}"><button>Into the cart</button></form>"#
        ),
    };
    format!("<li><span>{name}</span> <span>{price}</span> {buy}</li>")
}

/// A price such as `4.50 €`, from whole cents and without rounding.
pub(crate) fn money(cents: i64) -> String {
    format!("{}.{:02} €", cents / 100, cents % 100)
}
