BEGIN;
SELECT pg_advisory_xact_lock(7020260901300001);
SET LOCAL client_min_messages TO warning;

CREATE TABLE IF NOT EXISTS authgate_schema (version integer NOT NULL);
DO $$
DECLARE
    found integer;
BEGIN
    SELECT version INTO found FROM authgate_schema;
    IF found > 1 THEN
        RAISE EXCEPTION 'the schema has version %, but this program has version 1', found;
    END IF;
    IF found IS NULL THEN
        INSERT INTO authgate_schema VALUES (1);
    END IF;
END $$;

CREATE TABLE IF NOT EXISTS authgate_once (
    app text NOT NULL,
    key bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (app, key)
);
CREATE INDEX IF NOT EXISTS authgate_once_expires_at ON authgate_once (expires_at);

CREATE TABLE IF NOT EXISTS authgate_revocations (
    app text NOT NULL,
    key bytea NOT NULL,
    issued_before timestamptz,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (app, key)
);
CREATE INDEX IF NOT EXISTS authgate_revocations_expires_at ON authgate_revocations (expires_at);

CREATE TABLE IF NOT EXISTS authgate_sessions (
    app text NOT NULL,
    key bytea NOT NULL,
    data text NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (app, key)
);
CREATE INDEX IF NOT EXISTS authgate_sessions_expires_at ON authgate_sessions (expires_at);

CREATE TABLE IF NOT EXISTS authgate_api_keys (
    app text NOT NULL,
    key bytea NOT NULL,
    principal text NOT NULL,
    id text,
    expires_at timestamptz,
    revoked boolean NOT NULL DEFAULT false,
    PRIMARY KEY (app, key)
);

CREATE TABLE IF NOT EXISTS authgate_guesses (
    app text NOT NULL,
    counter bytea NOT NULL,
    guess bigint NOT NULL,
    guessed_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (app, counter, guess)
);
CREATE INDEX IF NOT EXISTS authgate_guesses_expires_at ON authgate_guesses (expires_at);

CREATE TABLE IF NOT EXISTS authgate_known_clients (
    app text NOT NULL,
    account bytea NOT NULL,
    client bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (app, account, client)
);
CREATE INDEX IF NOT EXISTS authgate_known_clients_expires_at ON authgate_known_clients (expires_at);

-- Counts a login attempt, unless a limit has been reached. Returns the milliseconds to wait, or -1.
CREATE OR REPLACE FUNCTION authgate_count_attempt(
    of_app text, counters bytea[], mosts bigint[], periods bigint[], of_guess bigint
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    counted integer := 3;
    at timestamptz;
    oldest timestamptz;
    held bigint;
BEGIN
    -- In one order, so that two attempts never wait for each other.
    PERFORM pg_advisory_xact_lock(lock)
    FROM (
        SELECT hashtextextended(of_app || ':' || encode(counter, 'hex'), 0) AS lock
        FROM unnest(counters) AS counter ORDER BY lock
    ) AS locks;
    at := clock_timestamp();
    IF EXISTS (
        SELECT FROM authgate_known_clients
        WHERE app = of_app AND account = counters[3] AND client = counters[1] AND expires_at > at
    ) THEN
        counted := 1;
    END IF;
    FOR i IN 1..counted LOOP
        DELETE FROM authgate_guesses
        WHERE app = of_app AND counter = counters[i] AND guessed_at <= at - periods[i] * interval '1 millisecond';
        SELECT count(*), min(guessed_at) INTO held, oldest
        FROM authgate_guesses WHERE app = of_app AND counter = counters[i];
        IF held >= mosts[i] THEN
            RETURN greatest(0, periods[i] - (extract(epoch FROM at - oldest) * 1000)::bigint);
        END IF;
    END LOOP;
    FOR i IN 1..counted LOOP
        INSERT INTO authgate_guesses
        VALUES (of_app, counters[i], of_guess, at, at + periods[i] * interval '1 millisecond')
        ON CONFLICT DO NOTHING;
    END LOOP;
    RETURN -1;
END $$;
COMMIT;
