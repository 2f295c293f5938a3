"""What the application knows: in place of a database."""


class Db:
    def __init__(self, titles):
        self.titles = list(titles)

    def add(self, title):
        self.titles.append(title)
        return len(self.titles) - 1
