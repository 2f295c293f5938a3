"""The first program of the tutorial, in Python.

Tornado 6 answers it with a 500: it refuses a space in the value of a cookie.
"""

# ANCHOR: program
import tornado.ioloop
import tornado.web


class MainHandler(tornado.web.RequestHandler):
    def get(self):
        self.set_cookie("username", "John Doe")
        self.write("Cookie has been set!")


app = tornado.web.Application([
    (r"/", MainHandler),
])

if __name__ == "__main__":
    app.listen(8888)
    tornado.ioloop.IOLoop.current().start()
# ANCHOR_END: program
