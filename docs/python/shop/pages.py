"""The HTML of the shop. What comes from people is escaped here, and nowhere else."""

from tornado.escape import xhtml_escape


def layout(title, menu, messages, body):
    title = xhtml_escape(title)
    messages = "".join(f"<p class=message>{xhtml_escape(text)}</p>" for text in messages)
    return f"""<!DOCTYPE html>
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
"""


def menu_of_guest():
    return '<a href="/login">Log in</a> <a href="/register">Register</a>'


def menu(account, xsrf):
    admin = '<a href="/admin">Admin</a> ' if account["is_admin"] else ""
    name = xhtml_escape(account["name"])
    return f"""<a href="/orders">Orders</a> {admin}<form method="post" action="/logout">{xsrf}{name} <button>Log out</button></form>"""


def account_form(name, next, error, xsrf):
    """Name and password, for a page that says what is wrong with them."""
    name, next, error = map(xhtml_escape, (name, next, error))
    return f"""<form method="post">{xsrf}<input type="hidden" name="next" value="{next}">
<label>Name <input name="name" value="{name}" required autocomplete="username"></label>
<label>Password <input name="password" type="password" required></label>
<button>Go</button></form><p>{error}</p>"""


def article(article, xsrf):
    """An article with a form of one button."""
    name, price = xhtml_escape(article["name"]), money(article["cents"])
    if article["stock"] == 0:
        buy = "sold out"
    else:
        buy = f"""<form method="post" action="/cart">{xsrf}<input type="hidden" name="article" value="{article["id"]}"><button>Into the cart</button></form>"""
    return f"<li><span>{name}</span> <span>{price}</span> {buy}</li>"


def money(cents):
    """`4.50 €`, in whole cents and without a rounding."""
    return f"{cents // 100}.{cents % 100:02} €"
