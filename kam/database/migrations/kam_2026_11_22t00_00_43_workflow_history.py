"""The history of workflows can only grow, and each step carries the hash of the one before it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-22T00:00:43"

# What a step's hash covers, in one form that no setting of a session changes: moments are counted in microseconds.
HASH = """
CREATE FUNCTION workflow_step_hash(step workflow_step) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT sha256(convert_to(jsonb_build_array(
        step.id, step.instance, step.number, step.transition, step.from_state, step.to_state,
        (extract(epoch FROM step.at) * 1000000)::bigint, step."by", step.trigger, step.comment,
        step.fields, step.facts, step.definition, step.request, encode(step.previous, 'hex')
    )::text, 'UTF8'))
$$
"""

# The database chains the steps, so that Python and bulk statements follow one rule and neither can forget it.
CHAIN = """
CREATE FUNCTION workflow_step_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number = 1 THEN
        NEW.previous := NULL;
    ELSE
        SELECT hash INTO NEW.previous FROM workflow_step
        WHERE instance = NEW.instance AND number = NEW.number - 1;
        IF NEW.previous IS NULL THEN
            RAISE EXCEPTION 'Step % of % has no step before it.', NEW.number, NEW.instance
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    NEW.hash := workflow_step_hash(NEW);
    RETURN NEW;
END $$
"""
CHAINED = """
CREATE TRIGGER workflow_step_chained BEFORE INSERT ON workflow_step
    FOR EACH ROW EXECUTE FUNCTION workflow_step_chain()
"""
STAYS = """
CREATE TRIGGER workflow_step_stays BEFORE UPDATE OR DELETE ON workflow_step
    FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""
IS_KEPT = """
CREATE TRIGGER workflow_step_is_kept BEFORE TRUNCATE ON workflow_step
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""

# Every place where the history does not add up, for the whole database in one pass.
FAULTS = """
CREATE FUNCTION workflow_history_faults() RETURNS TABLE (instance uuid, number bigint, fault text)
LANGUAGE sql STABLE AS $$
    WITH chain AS (
        SELECT s.instance, s.number, s.hash, s.previous, s.from_state, s.to_state,
               workflow_step_hash(s) AS proper,
               row_number() OVER steps AS place,
               lag(s.hash) OVER steps AS before,
               lag(s.to_state) OVER steps AS came_from
        FROM workflow_step s
        WINDOW steps AS (PARTITION BY s.instance ORDER BY s.number)
    ), last AS (
        SELECT DISTINCT ON (c.instance) c.instance, c.number, c.hash, c.to_state
        FROM chain c ORDER BY c.instance, c.number DESC
    )
    SELECT c.instance, c.number, 'altered' FROM chain c WHERE c.hash IS DISTINCT FROM c.proper
    UNION ALL
    SELECT c.instance, c.number, 'broken' FROM chain c
    WHERE c.previous IS DISTINCT FROM c.before OR c.number <> c.place
       OR c.came_from IS DISTINCT FROM c.from_state AND c.place > 1
    UNION ALL
    SELECT i.id, i.revision, 'astray' FROM workflow_instance i LEFT JOIN last l ON l.instance = i.id
    WHERE i.head IS DISTINCT FROM l.hash OR i.revision <> coalesce(l.number, 0)
       OR i.state <> coalesce(l.to_state, i.state)
$$
"""

INDEXES = (
    "CREATE UNIQUE INDEX workflow_step_by_request ON workflow_step (instance, request) WHERE request IS NOT NULL",
    "CREATE INDEX workflow_step_by_trigger ON workflow_step (instance, trigger, at) WHERE trigger IS NOT NULL",
    "CREATE INDEX workflow_step_by_time ON workflow_step (at DESC)",
    "CREATE INDEX workflow_instance_by_state ON workflow_instance (workflow, state, customer)",
    "CREATE INDEX workflow_deadline_open ON workflow_deadline (instance) WHERE settled_at IS NULL",
    "CREATE INDEX workflow_deadline_due ON workflow_deadline (due_at) WHERE settled_at IS NULL",
)


async def forwards() -> MigrationManager:
    return statements(ID, "Chained history of workflows", HASH, CHAIN, CHAINED, STAYS, IS_KEPT, FAULTS, *INDEXES)
