"""The second version of the chain: it begins with a hashed beginning and covers workflow, subject and customer.

Steps that were hashed by the first version keep their hash; `hash_version` says which rule is a step's own.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-28T00:00:71"

BEGINNING = """
CREATE FUNCTION workflow_beginning(i workflow_instance) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT sha256(convert_to(jsonb_build_array(
        'beginning', 2, i.id, i.workflow, i.subject, i.customer, i.begun_in, i.begun_under,
        (extract(epoch FROM i.started_at) * 1000000)::bigint
    )::text, 'UTF8'))
$$
"""

# What began before this: the first step tells in which state, and only who has not moved since tells by which file.
BEGUN = """
UPDATE workflow_instance i SET
    begun_in = coalesce((SELECT s.from_state FROM workflow_step s WHERE s.instance = i.id AND s.number = 1), i.state),
    begun_under = CASE i.revision WHEN 0 THEN i.definition ELSE '' END
"""
HASHED = """
UPDATE workflow_instance i SET
    beginning = workflow_beginning(i), head = CASE i.revision WHEN 0 THEN workflow_beginning(i) ELSE i.head END
"""
ENFORCED = "ALTER TABLE workflow_instance ALTER beginning SET NOT NULL"

STEP_HASH = """
CREATE FUNCTION workflow_step_hash(step workflow_step, begun workflow_instance) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE step.hash_version WHEN 1 THEN workflow_step_hash(step) ELSE
        sha256(convert_to(jsonb_build_array(
            'step', step.hash_version, begun.workflow, begun.subject, begun.customer, encode(begun.beginning, 'hex'),
            step.id, step.instance, step.number, step.transition, step.from_state, step.to_state,
            (extract(epoch FROM step.at) * 1000000)::bigint, step."by", step.trigger, step.comment,
            step.fields, step.facts, step.definition, step.request, encode(step.previous, 'hex')
        )::text, 'UTF8')) END
$$
"""

# One look at the instance, which whoever takes a step has locked: its head is the hash of the entry before.
CHAIN = """
CREATE OR REPLACE FUNCTION workflow_step_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    begun workflow_instance;
BEGIN
    SELECT * INTO begun FROM workflow_instance WHERE id = NEW.instance;
    IF (begun.revision, begun.state) IS DISTINCT FROM (NEW.number - 1, NEW.from_state) THEN
        RAISE EXCEPTION 'Step % of % does not follow the one before it.', NEW.number, NEW.instance
            USING ERRCODE = 'restrict_violation';
    END IF;
    NEW.previous := begun.head;
    NEW.hash_version := 2;
    NEW.hash := workflow_step_hash(NEW, begun);
    RETURN NEW;
END $$
"""

BEGINS = """
CREATE FUNCTION workflow_instance_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.revision <> 0 OR NEW.entered_at <> NEW.started_at THEN
        RAISE EXCEPTION 'A workflow begins without steps, in a state that it enters when it starts.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    NEW.begun_in := NEW.state;
    NEW.begun_under := NEW.definition;
    NEW.beginning := workflow_beginning(NEW);
    NEW.head := NEW.beginning;
    RETURN NEW;
END $$
"""
# In the statement that writes a step the step is there before the instance moves, so a trigger sees it.
MOVES = """
CREATE FUNCTION workflow_instance_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.workflow, NEW.subject, NEW.customer, NEW.started_at, NEW.begun_in, NEW.begun_under, NEW.beginning)
       IS DISTINCT FROM
       (OLD.id, OLD.workflow, OLD.subject, OLD.customer, OLD.started_at, OLD.begun_in, OLD.begun_under, OLD.beginning)
    THEN
        RAISE EXCEPTION 'The beginning of a workflow is never changed.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.revision <> OLD.revision + 1 OR NOT EXISTS (
        SELECT FROM workflow_step s WHERE s.instance = NEW.id AND s.number = NEW.revision AND s.hash = NEW.head
           AND s.to_state = NEW.state AND s.at = NEW.entered_at AND s.definition = NEW.definition
    ) THEN
        RAISE EXCEPTION 'A workflow moves only together with a step.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
TRIGGERS = (
    """
    CREATE TRIGGER workflow_instance_begun BEFORE INSERT ON workflow_instance
        FOR EACH ROW EXECUTE FUNCTION workflow_instance_begins()
    """,
    """
    CREATE TRIGGER workflow_instance_moved BEFORE UPDATE ON workflow_instance
        FOR EACH ROW EXECUTE FUNCTION workflow_instance_moves()
    """,
    """
    CREATE TRIGGER workflow_instance_stays BEFORE DELETE ON workflow_instance
        FOR EACH ROW EXECUTE FUNCTION refuse_change()
    """,
    """
    CREATE TRIGGER workflow_instance_is_kept BEFORE TRUNCATE ON workflow_instance
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
)

# Number 0 is the beginning. A step of the first version that is the first has nothing before it.
FAULTS = """
CREATE OR REPLACE FUNCTION workflow_history_faults() RETURNS TABLE (instance uuid, number bigint, fault text)
LANGUAGE sql STABLE AS $$
    WITH chain AS (
        SELECT s.instance, s.number, s.hash, s.previous, s.from_state, s.to_state, s.at, s.definition,
               i.id IS NULL AS orphaned, workflow_step_hash(s, i) AS proper, row_number() OVER steps AS place,
               coalesce(lag(s.hash) OVER steps, CASE s.hash_version WHEN 1 THEN NULL ELSE i.beginning END) AS before,
               coalesce(lag(s.to_state) OVER steps, i.begun_in) AS came_from
        FROM workflow_step s LEFT JOIN workflow_instance i ON i.id = s.instance
        WINDOW steps AS (PARTITION BY s.instance ORDER BY s.number)
    ), last AS (
        SELECT DISTINCT ON (c.instance) c.* FROM chain c ORDER BY c.instance, c.number DESC
    )
    SELECT c.instance, c.number, 'altered' FROM chain c WHERE c.hash IS DISTINCT FROM c.proper
    UNION ALL
    SELECT c.instance, c.number, 'broken' FROM chain c
    WHERE c.previous IS DISTINCT FROM c.before OR c.number <> c.place OR c.came_from IS DISTINCT FROM c.from_state
    UNION ALL
    SELECT c.instance, c.number, 'orphaned' FROM chain c WHERE c.orphaned
    UNION ALL
    SELECT i.id, 0, 'altered' FROM workflow_instance i WHERE i.beginning IS DISTINCT FROM workflow_beginning(i)
    UNION ALL
    SELECT i.id, i.revision, 'astray' FROM workflow_instance i LEFT JOIN last l ON l.instance = i.id
    WHERE (i.head, i.revision, i.state, i.entered_at) IS DISTINCT FROM
          (coalesce(l.hash, i.beginning), coalesce(l.number, 0), coalesce(l.to_state, i.begun_in),
           coalesce(l.at, i.started_at))
       OR i.definition <> coalesce(l.definition, i.begun_under)
$$
"""


async def forwards() -> MigrationManager:
    return statements(
        ID, "Chain of workflows with its beginning", BEGINNING, BEGUN, HASHED, ENFORCED, STEP_HASH, CHAIN,
        BEGINS, MOVES, *TRIGGERS, FAULTS,
    )  # fmt: skip
