"""The application's data, as a stand-in for a database."""


class Db:
    def __init__(self, titles):
        self.titles = list(titles)

    def add(self, title):
        self.titles.append(title)
        return len(self.titles) - 1
