"""A chat with rooms over WebSockets."""

# ANCHOR: program
import os
from collections import defaultdict

import tornado.ioloop
import tornado.web
import tornado.websocket


class PageHandler(tornado.web.RequestHandler):
    def get(self):
        self.render("chat.html")


# ANCHOR: handler
class ChatHandler(tornado.websocket.WebSocketHandler):
    rooms = defaultdict(set)

    def prepare(self):
        self.room = self.path_args[0]
        self.name = self.get_argument("name")

    def open(self, room):
        self.rooms[self.room].add(self)
        self.tell({"joined": self.name})

    def on_message(self, message):
        if isinstance(message, str):
            self.tell({"name": self.name, "text": message})

    def on_close(self):
        self.rooms[self.room].discard(self)
        self.tell({"left": self.name})

    def get_compression_options(self):
        return {}

    def tell(self, message):
        for handler in list(self.rooms[self.room]):
            try:
                handler.write_message(message)
            except tornado.websocket.WebSocketClosedError:
                pass
# ANCHOR_END: handler


app = tornado.web.Application(
    [("/", PageHandler), ("/rooms/([a-z]+)", ChatHandler)],
    template_path=os.path.join(os.path.dirname(__file__), "../../examples/chat/src"),
    websocket_ping_interval=20,
    websocket_max_message_size=4096,
)

if __name__ == "__main__":
    app.listen(8888)
    tornado.ioloop.IOLoop.current().start()
# ANCHOR_END: program
