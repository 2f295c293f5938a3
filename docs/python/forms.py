"""Forms with a token, and bodies that come in pieces."""

import tornado.ioloop
import tornado.web
from tornado.web import RequestHandler, stream_request_body


class EntryHandler(RequestHandler):
    # ANCHOR: xsrf
    def get(self):
        xsrf = self.xsrf_form_html()
        field = "<input name=text>"
        self.write(f"<form method=post>{xsrf}{field}</form>")

    def post(self):
        text = self.get_argument("text")
        self.write(f"saved {len(text)} characters")
    # ANCHOR_END: xsrf


# ANCHOR: upload
@stream_request_body
class UploadHandler(RequestHandler):
    def initialize(self):
        self.received = 0

    def prepare(self):
        self.request.connection.set_max_body_size(2**30)

    def data_received(self, chunk):
        self.received += len(chunk)

    def put(self):
        self.write(f"{self.received} bytes")
# ANCHOR_END: upload


app = tornado.web.Application([
    (r"/entry", EntryHandler),
    (r"/upload", UploadHandler),
], xsrf_cookies=True)

if __name__ == "__main__":
    app.listen(8888)
    tornado.ioloop.IOLoop.current().start()
