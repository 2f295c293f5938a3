"""The second program of the tutorial, in Python."""

# ANCHOR: program
import tornado.ioloop
import tornado.web
from tornado_session import SessionMixin

# ANCHOR: settings
settings = {
    "cookie_secret": "my_cookie_secret",
    "session_cookie_name": "my_session",
    "session_expiry": 7200,  # 2 hours
}
# ANCHOR_END: settings


# ANCHOR: handler
class MainHandler(tornado.web.RequestHandler, SessionMixin):
    def get(self):
        session = self.get_session()
        username = session.get("username", "Guest")
        self.write(f"Hello, {username}!")

    def post(self):
        username = self.get_argument("username")
        session = self.get_session()
        session["username"] = username
        self.write("Username has been set!")
# ANCHOR_END: handler


app = tornado.web.Application([
    (r"/", MainHandler),
], **settings)

if __name__ == "__main__":
    app.listen(8888)
    tornado.ioloop.IOLoop.current().start()
# ANCHOR_END: program
