CREATE TABLE authors (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password TEXT NOT NULL -- hashed by Argon2
);

CREATE TABLE entries (
    id INTEGER PRIMARY KEY,
    author BIGINT NOT NULL REFERENCES authors (id),
    slug TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    markdown TEXT NOT NULL,
    html TEXT NOT NULL,
    published BIGINT NOT NULL, -- seconds since 1970
    updated BIGINT NOT NULL
);

CREATE INDEX entries_published ON entries (published);
