CREATE TABLE accounts (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL, -- hashed by Argon2
    is_admin BOOLEAN NOT NULL
);

CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    cents BIGINT NOT NULL CHECK (cents >= 0),
    stock BIGINT NOT NULL CHECK (stock >= 0)
);

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    account BIGINT NOT NULL REFERENCES accounts (id),
    article BIGINT NOT NULL REFERENCES articles (id),
    amount BIGINT NOT NULL CHECK (amount > 0)
);

INSERT INTO articles (name, cents, stock)
VALUES ('Green tea', 450, 20), ('Black tea', 390, 3), ('Teapot', 2900, 1);
