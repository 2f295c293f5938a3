"""What everybody may see and do."""

from base import BaseHandler


class BooksHandler(BaseHandler):
    def get(self):
        self.write({"books": self.db.titles})


class BookHandler(BaseHandler):
    def get(self, number):
        self.write({"title": self.title_or_404(int(number))})
