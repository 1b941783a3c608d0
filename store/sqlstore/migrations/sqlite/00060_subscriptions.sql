-- +goose Up
-- Who is told of events, where, and how far.
CREATE TABLE subscription (
    id         INTEGER PRIMARY KEY,
    subscriber TEXT NOT NULL,
    endpoint   TEXT NOT NULL,
    filter     BLOB NOT NULL,
    created    INTEGER NOT NULL,
    state      TEXT NOT NULL,
    reason     TEXT NOT NULL,
    signing    BLOB NOT NULL,
    triggered  INTEGER,
    cursor     INTEGER NOT NULL,
    health     BLOB NOT NULL,
    holder     TEXT NOT NULL,
    until      INTEGER
);
CREATE INDEX subscription_by_subscriber ON subscription (subscriber, id);

-- What was put off (next is set) or given up. What is delivered at once leaves no row.
CREATE TABLE delivery (
    id           INTEGER PRIMARY KEY,
    subscription INTEGER NOT NULL REFERENCES subscription (id),
    kind         TEXT NOT NULL,
    app          INTEGER NOT NULL,
    event        INTEGER NOT NULL,
    attempts     INTEGER NOT NULL,
    first        INTEGER,
    next         INTEGER,
    last_at      INTEGER,
    last_status  INTEGER NOT NULL,
    last_failure TEXT NOT NULL,
    last_took    INTEGER NOT NULL
);
CREATE INDEX delivery_by_subscription ON delivery (subscription, next, id);
CREATE INDEX delivery_dead_by_time ON delivery (last_at) WHERE next IS NULL;

-- The last ids taken, which are never given again, and a count of changes that
-- gateways look at. One row.
CREATE TABLE subscription_counter (
    one          INTEGER PRIMARY KEY CHECK (one = 1),
    subscription INTEGER NOT NULL,
    delivery     INTEGER NOT NULL,
    changes      INTEGER NOT NULL
);
INSERT INTO subscription_counter VALUES (1, 0, 0, 0);

-- +goose Down
DROP TABLE subscription_counter;
DROP TABLE delivery;
DROP TABLE subscription;
