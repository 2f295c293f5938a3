"""Reading requests: arguments, paths, bodies, headers."""

import hashlib

from tornado import web

from .base import Base


class Args(Base):
    def get(self):
        self.write(
            dict(
                a=self.get_argument("a", None),
                a_raw=self.get_argument("a", None, strip=False),
                a_all=self.get_arguments("a"),
                a_query=self.get_query_arguments("a"),
                a_body=self.get_body_arguments("a"),
                arguments={
                    name: [value.decode("latin1") for value in values]
                    for name, values in self.request.arguments.items()
                },
            )
        )

    post = put = patch = delete = get


class Need(Base):
    def get(self):
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.write(self.get_argument("x"))

    post = get


class Path(Base):
    def get(self, *args):
        self.write(dict(args=args))


class Kw(Base):
    def get(self, **kwargs):
        self.write(dict(kwargs=kwargs))


class Echo(Base):
    def get(self):
        request = self.request
        self.write(
            dict(
                method=request.method,
                uri=request.uri,
                path=request.path,
                query=request.query,
                version=request.version,
                host=request.host,
                protocol=request.protocol,
                remote_ip=request.remote_ip,
                body_len=len(request.body),
                body_sha1=hashlib.sha1(request.body).hexdigest(),
                ctype=request.headers.get("Content-Type"),
            )
        )

    head = post = put = patch = delete = options = get


class Hdr(Base):
    def get(self):
        name = self.option("name", "X-Test")
        headers = self.request.headers
        self.write(dict(values=headers.get_list(name), joined=headers.get(name)))


class Upload(Base):
    def post(self):
        def describe(file):
            return dict(
                filename=file.filename,
                ctype=file.content_type,
                len=len(file.body),
                sha1=hashlib.sha1(file.body).hexdigest(),
            )

        fields = sorted(self.request.files.items())
        files = {field: [describe(file) for file in files] for field, files in fields}
        args = {name: self.get_body_arguments(name) for name in sorted(self.request.body_arguments)}
        self.write(dict(args=args, files=files))


@web.stream_request_body
class StreamBody(Base):
    def prepare(self):
        self.bytes, self.hash = 0, hashlib.sha1()

    def data_received(self, chunk):
        self.bytes += len(chunk)
        self.hash.update(chunk)

    def post(self):
        self.write(dict(bytes=self.bytes, sha1=self.hash.hexdigest()))

    put = post


class FullUrl(Base):
    def get(self):
        self.write(self.request.full_url())


class Host(Base):
    def initialize(self, reply):
        self.reply = reply

    def get(self):
        self.write(self.reply)
