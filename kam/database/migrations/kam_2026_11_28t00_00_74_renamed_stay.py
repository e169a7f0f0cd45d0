"""Being taken along into a renamed state is a step, but no new stay: the moment of entering stays what it was."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-28T00:00:74"

MOVES = """
CREATE OR REPLACE FUNCTION workflow_instance_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.workflow, NEW.subject, NEW.customer, NEW.started_at, NEW.begun_in, NEW.begun_under, NEW.beginning)
       IS DISTINCT FROM
       (OLD.id, OLD.workflow, OLD.subject, OLD.customer, OLD.started_at, OLD.begun_in, OLD.begun_under, OLD.beginning)
    THEN
        RAISE EXCEPTION 'The beginning of a workflow is never changed.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.revision <> OLD.revision + 1 OR NOT EXISTS (
        SELECT FROM workflow_step s WHERE s.instance = NEW.id AND s.number = NEW.revision AND s.hash = NEW.head
           AND s.to_state = NEW.state AND s.definition = NEW.definition
           AND NEW.entered_at = CASE s.transition WHEN 'renamed' THEN OLD.entered_at ELSE s.at END
    ) THEN
        RAISE EXCEPTION 'A workflow moves only together with a step.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

FAULTS = """
CREATE OR REPLACE FUNCTION workflow_history_faults() RETURNS TABLE (instance uuid, number bigint, fault text)
LANGUAGE sql STABLE AS $$
    WITH chain AS (
        SELECT s.instance, s.number, s.hash, s.previous, s.from_state, s.to_state, s.definition,
               i.id IS NULL AS orphaned, workflow_step_hash(s, i) AS proper, row_number() OVER steps AS place,
               coalesce(lag(s.hash) OVER steps, CASE s.hash_version WHEN 1 THEN NULL ELSE i.beginning END) AS before,
               coalesce(lag(s.to_state) OVER steps, i.begun_in) AS came_from
        FROM workflow_step s LEFT JOIN workflow_instance i ON i.id = s.instance
        WINDOW steps AS (PARTITION BY s.instance ORDER BY s.number)
    ), last AS (
        SELECT DISTINCT ON (c.instance) c.* FROM chain c ORDER BY c.instance, c.number DESC
    ), entered AS (
        SELECT DISTINCT ON (s.instance) s.instance, s.at FROM workflow_step s WHERE s.transition <> 'renamed'
        ORDER BY s.instance, s.number DESC
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
    SELECT i.id, i.revision, 'astray'
    FROM workflow_instance i LEFT JOIN last l ON l.instance = i.id LEFT JOIN entered e ON e.instance = i.id
    WHERE (i.head, i.revision, i.state, i.entered_at) IS DISTINCT FROM
          (coalesce(l.hash, i.beginning), coalesce(l.number, 0), coalesce(l.to_state, i.begun_in),
           coalesce(e.at, i.started_at))
       OR i.definition <> coalesce(l.definition, i.begun_under)
$$
"""


async def forwards() -> MigrationManager:
    return statements(ID, "A renamed state is no new stay", MOVES, FAULTS)
