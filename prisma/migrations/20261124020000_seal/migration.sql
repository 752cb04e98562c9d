-- Sealing: settled rows of the log are put into blocks, and blocks are the leaves of one growing tree (RFC 6962). A row
-- is settled when its transaction is below the horizon, the oldest transaction still running: nothing can come before it
-- any more. Whoever seals is believed in nothing that can be checked here, and can neither change nor skip what is there.

-- What the sealer reads in order.
CREATE INDEX events_order ON audit.events (tx, id);

-- Transaction numbers mean something within one database of one server only. After a restore a new series begins, with
-- a fence: rows from `first_id` on have this database's transactions.
CREATE TABLE audit.series (
  number            integer     PRIMARY KEY,
  begun_at          timestamptz NOT NULL,
  system_identifier bigint      NOT NULL,
  database_oid      oid         NOT NULL,
  first_id          bigint      NOT NULL,
  -- rows of earlier series that no block had; they are sealed first
  left_over         bigint      NOT NULL,
  -- the tree as it was: blocks, rows in them, root
  previous_size     bigint      NOT NULL,
  previous_sealed   bigint      NOT NULL,
  previous_root     bytea       NOT NULL
);

CREATE TABLE audit.left_over (
  series integer,
  tx     xid8,
  id     bigint,
  at     timestamptz NOT NULL,
  PRIMARY KEY (series, tx, id)
);

CREATE TABLE audit.blocks (
  -- from 0, across series
  number     bigint      PRIMARY KEY,
  series     integer     NOT NULL,
  -- RFC 8785 JSON; `hash` is SHA-256(0x00 ‖ line), the block's leaf in the tree
  line       text        NOT NULL,
  hash       bytea       NOT NULL,
  root       bytea       NOT NULL,
  count      integer     NOT NULL,
  -- rows in this block and all before it
  sealed     bigint      NOT NULL,
  -- the last row, in the order of (tx, id)
  through_tx xid8        NOT NULL,
  through_id bigint      NOT NULL,
  at         timestamptz NOT NULL
);

-- The rows of a block and their hashes, 32 bytes each, in order: a proof needs no row but its own.
CREATE TABLE audit.block_leaves (
  number bigint   PRIMARY KEY,
  ids    bigint[] NOT NULL,
  leaves bytea    NOT NULL
);

-- Perfect subtrees of the tree over blocks; those of level 0 are the blocks' hashes.
CREATE TABLE audit.tree_nodes (
  level smallint,
  index bigint,
  hash  bytea NOT NULL,
  PRIMARY KEY (level, index)
);

-- Signed heads of the tree (C2SP tlog-checkpoint).
CREATE TABLE audit.checkpoints (
  size bigint      PRIMARY KEY,
  text text        NOT NULL,
  at   timestamptz NOT NULL
);

DO $$
DECLARE
  guarded text;
BEGIN
  FOREACH guarded IN ARRAY ARRAY['series', 'left_over', 'blocks', 'block_leaves', 'tree_nodes', 'checkpoints'] LOOP
    EXECUTE format(
      'CREATE TRIGGER refuse_row BEFORE UPDATE OR DELETE ON audit.%I '
      'FOR EACH ROW EXECUTE FUNCTION audit.refuse_change()', guarded);
    PERFORM audit.guard_table(format('audit.%I', guarded)::regclass);
  END LOOP;
END
$$;

-- RFC 6962 §2.1 over leaves that are hashed already. A node without a sibling rises as it is.
CREATE FUNCTION audit.merkle_root(leaves bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  nodes bytea := leaves;
BEGIN
  IF length(leaves) = 0 THEN
    RETURN sha256(''::bytea);
  END IF;
  WHILE length(nodes) > 32 LOOP
    SELECT string_agg(
      CASE WHEN at + 32 < length(nodes) THEN sha256('\x01'::bytea || substr(nodes, at + 1, 64))
        ELSE substr(nodes, at + 1, 32) END, ''::bytea ORDER BY at)
    INTO nodes
    FROM generate_series(0, length(nodes) - 32, 64) AS at;
  END LOOP;
  RETURN nodes;
END
$$;

-- Root of the tree when it had so many blocks.
CREATE FUNCTION audit.tree_root(size bigint) RETURNS bytea
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  root bytea;
  node bytea;
  rest bigint := size;
  height smallint := 0;
BEGIN
  WHILE rest > 0 LOOP
    IF rest & 1 = 1 THEN
      SELECT n.hash INTO STRICT node FROM audit.tree_nodes n WHERE n.level = height AND n.index = rest - 1;
      root := CASE WHEN root IS NULL THEN node ELSE sha256('\x01'::bytea || node || root) END;
    END IF;
    rest := rest >> 1;
    height := height + 1;
  END LOOP;
  RETURN coalesce(root, sha256(''::bytea));
END
$$;

-- Where sealing stands: the number of the next block, and after which row it begins. `is_left_over`: among the rows of
-- earlier series; else among those from `first_id` on whose transactions are below `horizon`. No series, no row.
CREATE FUNCTION audit.seal_position() RETURNS TABLE (
  series integer, number bigint, previous bytea, previous_at timestamptz, sealed bigint,
  is_left_over boolean, after_tx xid8, after_id bigint, first_id bigint, horizon xid8, at timestamptz
)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT s.number, coalesce(b.number + 1, 0), coalesce(b.hash, decode(repeat('00', 32), 'hex')),
    CASE WHEN own THEN b.at ELSE s.begun_at END, coalesce(b.sealed, 0),
    done < s.left_over,
    -- the rows left over are through: the series' own begin from the start
    CASE WHEN own AND done <> s.left_over THEN b.through_tx ELSE '0'::xid8 END,
    CASE WHEN own AND done <> s.left_over THEN b.through_id ELSE 0 END,
    s.first_id, pg_snapshot_xmin(pg_current_snapshot()), clock_timestamp()
  FROM (SELECT * FROM audit.series ORDER BY number DESC LIMIT 1) s
  LEFT JOIN (SELECT * FROM audit.blocks ORDER BY number DESC LIMIT 1) b ON true
  CROSS JOIN LATERAL (
    SELECT coalesce(b.series = s.number, false) AS own, coalesce(b.sealed, 0) - s.previous_sealed AS done
  ) AS progress
$$;

-- The next rows in the order in which they are sealed, whether they are settled or not. Never by sorting: after the
-- sealer was away for a day that would be all there is, for every block.
CREATE FUNCTION audit.next_rows(most integer) RETURNS TABLE (tx xid8, id bigint, at timestamptz)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET enable_sort = off
AS $$
DECLARE
  position record;
BEGIN
  SELECT * INTO position FROM audit.seal_position();
  IF position.is_left_over THEN
    RETURN QUERY
    SELECT l.tx, l.id, l.at FROM audit.left_over l
    WHERE l.series = position.series AND (l.tx, l.id) > (position.after_tx, position.after_id)
    ORDER BY l.tx, l.id LIMIT most;
  ELSE
    RETURN QUERY
    SELECT e.tx, e.id, e.at FROM audit.events e
    WHERE e.id >= position.first_id AND (e.tx, e.id) > (position.after_tx, position.after_id)
    ORDER BY e.tx, e.id LIMIT most;
  END IF;
END
$$;

-- The number of the series that this database is in. A new one begins when there is none, or when the last one's was
-- another database. It waits for transactions that write the log, and they for it: what it leaves over must be all.
CREATE FUNCTION audit.begin_series() RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s'
AS $$
DECLARE
  server CONSTANT bigint := (SELECT c.system_identifier FROM pg_control_system() c);
  here CONSTANT oid := (SELECT d.oid FROM pg_database d WHERE d.datname = current_database());
  last audit.series;
  position record;
  opened integer;
  kept bigint;
BEGIN
  SELECT * INTO last FROM audit.series ORDER BY number DESC LIMIT 1;
  IF last.system_identifier = server AND last.database_oid = here THEN
    RETURN last.number;
  END IF;

  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'a series begins in a transaction that is read committed' USING ERRCODE = 'invalid_transaction_state';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('audit.seal', 0));
  SELECT * INTO last FROM audit.series ORDER BY number DESC LIMIT 1;
  IF last.system_identifier = server AND last.database_oid = here THEN
    RETURN last.number;
  END IF;

  LOCK TABLE audit.events IN SHARE MODE;
  opened := coalesce(last.number + 1, 0);
  SELECT * INTO position FROM audit.seal_position();
  IF last.number IS NULL THEN
    INSERT INTO audit.left_over SELECT opened, e.tx, e.id, e.at FROM audit.events e;
  ELSE
    INSERT INTO audit.left_over
    SELECT opened, e.tx, e.id, e.at FROM audit.events e
    WHERE e.id >= position.first_id
      AND (position.is_left_over OR (e.tx, e.id) > (position.after_tx, position.after_id))
    UNION ALL
    SELECT opened, l.tx, l.id, l.at FROM audit.left_over l
    WHERE position.is_left_over AND l.series = last.number
      AND (l.tx, l.id) > (position.after_tx, position.after_id);
  END IF;
  GET DIAGNOSTICS kept = ROW_COUNT;
  INSERT INTO audit.series VALUES (
    opened, clock_timestamp(), server, here, nextval('audit.events_id_seq'), kept,
    coalesce(position.number, 0), coalesce(position.sealed, 0), audit.tree_root(coalesce(position.number, 0))
  );
  RETURN opened;
END
$$;

-- A block's line as RFC 8785 spells it: keys in order, integers that a double cannot hold as text.
CREATE FUNCTION audit.render_block_line(
  at timestamptz, count integer, first_tx xid8, horizon xid8, number bigint, previous text, root text,
  series integer, through_id bigint, through_tx xid8
) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT '{' || string_agg(format('"%s":%s', field, CASE
    WHEN field IN ('at', 'previous', 'root') OR value::numeric >= 9007199254740992 THEN format('"%s"', value)
    ELSE value END), ',' ORDER BY field) || '}'
  FROM (VALUES
    ('at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')), ('count', count::text),
    ('first_tx', first_tx::text), ('horizon', horizon::text), ('number', number::text), ('previous', previous),
    ('root', root), ('series', series::text), ('through_id', through_id::text), ('through_tx', through_tx::text),
    ('v', '1')
  ) AS said(field, value)
  WHERE value IS NOT NULL
$$;

-- Writes the next block: `line` says everything of it, `ids` are its rows, `leaves` their hashes. Refused unless it is
-- the next block, its line is spelt as it must be, and its rows are the very next ones, all settled: so every row is in
-- one block and none is passed over. Answers the block's number.
CREATE FUNCTION audit.write_block(line text, ids bigint[], leaves bytea) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
  said record;
  position record;
  there record;
  hash CONSTANT bytea := sha256('\x00'::bytea || convert_to(line, 'UTF8'));
  node bytea;
  place bigint;
  height smallint := 0;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'blocks are written in transactions that are read committed' USING ERRCODE = 'invalid_transaction_state';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('audit.seal', 0));
  SELECT * INTO said FROM jsonb_to_record(line::jsonb) AS l(
    series integer, number bigint, previous text, root text, count integer,
    first_tx text, through_tx text, through_id bigint, horizon text, at timestamptz);
  SELECT * INTO position FROM audit.seal_position();
  IF position.series IS NULL THEN
    RAISE EXCEPTION 'no series has begun' USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  IF said.number IS DISTINCT FROM position.number THEN
    RAISE EXCEPTION 'the next block is %', position.number USING ERRCODE = 'serialization_failure';
  END IF;
  IF said.series IS DISTINCT FROM position.series THEN
    RAISE EXCEPTION 'the series is %', position.series USING ERRCODE = 'serialization_failure';
  END IF;
  IF said.previous IS DISTINCT FROM encode(position.previous, 'hex') THEN
    RAISE EXCEPTION 'the block before has another hash' USING ERRCODE = 'check_violation';
  END IF;

  IF cardinality(ids) > 1024 OR array_position(ids, NULL) IS NOT NULL THEN
    RAISE EXCEPTION 'a block holds 1024 rows at most' USING ERRCODE = 'check_violation';
  END IF;
  IF said.count IS DISTINCT FROM cardinality(ids) OR length(leaves) IS DISTINCT FROM 32 * cardinality(ids) THEN
    RAISE EXCEPTION 'count, rows and leaves differ' USING ERRCODE = 'check_violation';
  END IF;
  IF said.root IS DISTINCT FROM encode(audit.merkle_root(leaves), 'hex') THEN
    RAISE EXCEPTION 'the root is not the leaves’' USING ERRCODE = 'check_violation';
  END IF;
  IF said.horizon IS NULL OR said.horizon::xid8 > position.horizon THEN
    RAISE EXCEPTION 'the horizon is %', position.horizon USING ERRCODE = 'check_violation';
  END IF;
  IF said.at IS NULL OR abs(extract(epoch FROM said.at - position.at)) > 60 THEN
    RAISE EXCEPTION 'the block’s time is not now' USING ERRCODE = 'check_violation';
  END IF;

  SELECT array_agg(r.id ORDER BY r.tx, r.id) AS ids, min(r.tx) AS first_tx, max(r.tx) AS through_tx INTO there
  FROM audit.next_rows(said.count) r;
  IF coalesce(there.ids, '{}') IS DISTINCT FROM ids
    OR said.first_tx::xid8 IS DISTINCT FROM there.first_tx
    OR said.through_tx::xid8 IS DISTINCT FROM coalesce(there.through_tx, position.after_tx)
    OR said.through_id IS DISTINCT FROM coalesce(ids[said.count], position.after_id)
  THEN
    RAISE EXCEPTION 'the rows are not the next ones' USING ERRCODE = 'check_violation';
  END IF;
  IF NOT position.is_left_over AND there.through_tx >= said.horizon::xid8 THEN
    RAISE EXCEPTION 'a row is not settled' USING ERRCODE = 'check_violation';
  END IF;
  IF line IS DISTINCT FROM audit.render_block_line(
    said.at, said.count, there.first_tx, said.horizon::xid8, said.number, said.previous, said.root, said.series,
    said.through_id, said.through_tx::xid8
  ) THEN
    RAISE EXCEPTION 'the line is not spelt as it must be' USING ERRCODE = 'check_violation';
  END IF;

  INSERT INTO audit.blocks VALUES (
    said.number, said.series, line, hash, decode(said.root, 'hex'), said.count, position.sealed + said.count,
    said.through_tx::xid8, said.through_id, said.at);
  INSERT INTO audit.block_leaves VALUES (said.number, ids, leaves);
  -- the block's leaf, and each subtree that it makes whole
  node := hash;
  place := said.number;
  INSERT INTO audit.tree_nodes VALUES (height, place, node);
  WHILE place & 1 = 1 LOOP
    SELECT sha256('\x01'::bytea || n.hash || node) INTO STRICT node
    FROM audit.tree_nodes n WHERE n.level = height AND n.index = place - 1;
    place := place >> 1;
    height := height + 1;
    INSERT INTO audit.tree_nodes VALUES (height, place, node);
  END LOOP;
  RETURN said.number;
END
$$;

-- Puts a signed head of the tree beside it. The signature is for those outside; size and root are checked here.
CREATE FUNCTION audit.write_checkpoint(size bigint, note text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('audit.seal', 0));
  IF NOT EXISTS (SELECT FROM audit.blocks b WHERE b.number = size - 1) THEN
    RAISE EXCEPTION 'there are not so many blocks' USING ERRCODE = 'check_violation';
  END IF;
  IF size <= (SELECT max(c.size) FROM audit.checkpoints c) THEN
    RAISE EXCEPTION 'there is a checkpoint of as many blocks' USING ERRCODE = 'serialization_failure';
  END IF;
  IF split_part(note, E'\n', 2) <> size::text
    OR split_part(note, E'\n', 3) <> encode(audit.tree_root(size), 'base64')
    OR note !~ E'\n\n(— [^\n]+\n)+$'
  THEN
    RAISE EXCEPTION 'the checkpoint speaks of another tree' USING ERRCODE = 'check_violation';
  END IF;
  INSERT INTO audit.checkpoints VALUES (size, note, clock_timestamp());
END
$$;

REVOKE ALL ON ALL TABLES IN SCHEMA audit FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC;
