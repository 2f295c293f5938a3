"""The Python side of the introduction."""

# ANCHOR: program
import tornado.ioloop
import tornado.web


class MainHandler(tornado.web.RequestHandler):
    def get(self):
        self.write("Hello, world")


app = tornado.web.Application([(r"/", MainHandler)])

if __name__ == "__main__":
    # ANCHOR: listen
    app.listen(8888)
    tornado.ioloop.IOLoop.current().start()
    # ANCHOR_END: listen
# ANCHOR_END: program
