"""The first program of the tutorial, in Python.

Under Tornado 6 it answers with a 500: Tornado refuses a space in a cookie's value.
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
