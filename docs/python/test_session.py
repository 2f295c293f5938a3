"""The Python side of the chapter on tests."""

# ANCHOR: test
import tornado.testing

import session


class SessionTest(tornado.testing.AsyncHTTPTestCase):
    def get_app(self):
        return session.app

    def test_a_name_is_remembered(self):
        response = self.fetch("/", method="POST", body="username=Kim")
        self.assertEqual(response.code, 200)
        cookie = response.headers["Set-Cookie"].split(";")[0]

        response = self.fetch("/", headers={"Cookie": cookie})
        self.assertEqual(response.body, b"Hello, Kim!")
# ANCHOR_END: test
