"""The statements that make the book of business of the benchmarks; the same number gives the same customer.

One customer in a hundred falls, one in two hundred sends goods back, one in a hundred and thirty is angry: as on any
morning, few match a trigger.
"""

from __future__ import annotations

FOUNDERS = (
    "Berger,Nordin,Castell,Okafor,Hartmann,Lindqvist,Moreau,Tanaka,Silva,Kowalski,Ferrari,Novak,Jansen,Keller,Murphy,"
    "Santos,Weber,Dubois,Rossi,Larsen,Fischer,Petrov,Almeida,Costa,Baker,Turner,Walsh,Bennett,Schmid,Vogel,Brandt,Haas,"
    "Ibsen,Falk,Marin,Duval,Renard,Ortega,Vidal,Serrano,Mancini,Greco,Conti,Zeman,Horak,Toth,Szabo,Varga,Popescu,Ionescu"
)
TRADES = (
    "Precision Tools,Logistics,Foods,Packaging,Pharma,Textiles,Automation,Paper,Optics,Chemicals,Energy,Medical,Steel,"
    "Plastics,Electronics,Furniture,Ceramics,Machinery,Printing,Software,Retail,Aviation,Marine,Glass,Coatings,Seeds,"
    "Instruments,Bearings,Filters,Pumps"
)
CITIES = (
    "Hamburg,Lyon,Milano,Porto,Gdansk,Brno,Graz,Basel,Gent,Utrecht,Aarhus,Malmo,Bergen,Turku,Leeds,Cork,Sevilla,Torino,"
    "Dresden,Nantes"
)
FORMS = "GmbH,Ltd,AG,SA,BV,Inc,AB,SpA"
CITIES_ZH = "上海,北京,深圳,广州,苏州,杭州,南京,天津,武汉,成都,重庆,青岛,大连,宁波,厦门,西安,长沙,无锡,济南,福州"
CHARACTERS = ",".join("华盛恒信瑞达嘉德鼎丰广海宏汇金锦康朗联龙美明鹏启荣三顺泰天通万伟祥新兴亚益永源远")
TRADES_ZH = (
    "精密机械,物流,食品,包装,医药,纺织,自动化,造纸,光电,化工,能源,医疗器械,钢铁,塑料,电子,家具,陶瓷,印刷,软件,贸易"
)

TABLES = (
    "customer",
    "contact",
    "contact_role",
    "interaction",
    "sales_order",
    "sales_order_line",
    "opportunity",
    "record",
    "service_case",
    "workflow_instance",
    "workflow_deadline",
    "customer_fact",
)

_PICK = """
CREATE FUNCTION pg_temp.pick(number bigint, salt int, choices int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS 'SELECT ((hashint8extended(number, salt) & 9223372036854775807) % choices)::int'
"""


def _word(words: str, salt: int) -> str:
    choices = words.split(",")
    return "(ARRAY['" + "','".join(choices) + f"'])[1 + pg_temp.pick(n, {salt}, {len(choices)})]"


_NAME = f"{_word(FOUNDERS, 1)} || ' ' || {_word(TRADES, 2)} || ' ' || {_word(CITIES, 3)} || ' ' || {_word(FORMS, 4)}"
_NAME_ZH = (
    f"CASE WHEN pg_temp.pick(n, 5, 10) < 6 THEN {_word(CITIES_ZH, 6)} || {_word(CHARACTERS, 7)} || "
    f"{_word(CHARACTERS, 8)} || {_word(TRADES_ZH, 9)} || '有限公司' ELSE '' END"
)

_PEOPLE = """
INSERT INTO person (id, name, email, role, created_at)
SELECT new_id(), 'Person ' || n, 'person' || n || '@example.com',
       CASE WHEN n = 1 THEN 'administrator' WHEN n <= 21 THEN 'manager' ELSE 'account_manager' END, {now}
FROM generate_series(1, 221) n
"""
_TEAMS = "INSERT INTO team (id, name) SELECT new_id(), 'Team ' || n FROM generate_series(0, 19) n"
_MEMBERS = """
INSERT INTO membership (id, person, team, leads)
SELECT new_id(), p.id, t.id, p.role = 'manager'
FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM person WHERE role <> 'administrator') p
JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS n FROM team) t ON t.n = p.n % 20
"""
_NUMBERED = """
CREATE TEMP TABLE numbered AS
SELECT n, new_id() AS id, exp(5 + pg_temp.pick(n, 10, 5000) / 1000.0) AS size,
       {now} - make_interval(days => 730 + pg_temp.pick(n, 11, 1500)) AS since,
       (SELECT array_agg(id ORDER BY id) FROM team) [1 + n % 20] AS team,
       (SELECT array_agg(id ORDER BY id) FROM person WHERE role = 'account_manager') [1 + pg_temp.pick(n, 12, 200)]
           AS owner
FROM generate_series(1, {customers}) n
"""
_CUSTOMERS = f"""
INSERT INTO customer (id, code, name, name_zh, kind, industry, country, region, city, currency, owner, team,
                      contact_every_days, tags, created_at, updated_at)
SELECT id, 'C' || lpad(n::text, 7, '0'), {_NAME}, {_NAME_ZH}, 'organisation', {_word(TRADES, 2)}, 'Germany', 'Europe',
       {_word(CITIES, 3)}, CASE WHEN pg_temp.pick(n, 13, 10) = 0 THEN 'USD' ELSE 'EUR' END, owner, team,
       CASE WHEN n % 3 = 0 THEN 30 END, '{{{{}}}}', since, since
FROM numbered
"""
_CONTACTS = f"""
WITH who AS MATERIALIZED (SELECT *, new_id() AS contact FROM numbered), made AS (
    INSERT INTO contact (id, name, email, created_at, updated_at)
    SELECT contact, {_word(FOUNDERS, 20)} || ' ' || n, 'contact' || n || '@example.com', since, since FROM who
)
INSERT INTO contact_role (id, contact, customer, name, created_at, updated_at, job, influence, stance, main)
SELECT new_id(), contact, id, {_word(FOUNDERS, 20)} || ' ' || n, since, since, 'Purchasing', 1 + pg_temp.pick(n, 21, 5),
       (ARRAY['champion', 'supporter', 'neutral', 'neutral', 'sceptic', 'opponent'])[1 + pg_temp.pick(n, 22, 6)], true
FROM who
"""
_ORDERS = """
INSERT INTO sales_order (id, number, customer, ordered_on, state, channel, currency, total, cost, notes,
                         created_at, updated_at)
SELECT new_id(), 'O' || o.k, o.id, o.day, 'delivered', 'direct',
       CASE WHEN pg_temp.pick(n, 13, 10) = 0 THEN 'USD' ELSE 'EUR' END, total,
       round(total * (50 + pg_temp.pick(o.k, 32, 45)) / 100, 2), '', day, day
FROM (
    SELECT c.*, (j * {customers} + n)::bigint AS k,
           ({now})::date - (j * 730 / {orders} + pg_temp.pick(j * {customers} + n, 30, 730 / {orders})) AS day,
           round((size * (85 + pg_temp.pick(j * {customers} + n, 31, 30)) / 100
                   * CASE WHEN j = 0 AND pg_temp.pick(n, 33, 200) = 0 THEN -0.5
                          WHEN 2 * j < {orders} AND pg_temp.pick(n, 34, 100) = 0 THEN 0.4
                          ELSE 1 END)::numeric, 2) AS total
    FROM generate_series(0, {orders} - 1) j CROSS JOIN numbered c
) o
"""
_LINES = """
INSERT INTO sales_order_line (id, sales_order, position, description, quantity, unit_price, amount)
SELECT new_id(), o.id, line, 'Goods', 1, o.total / greatest({lines}, 1), o.total / greatest({lines}, 1)
FROM sales_order o CROSS JOIN generate_series(1, {lines}) line
"""
_INTERACTIONS = """
INSERT INTO interaction (id, customer, channel, at, purpose, hours, feeling, created_at, created_by, updated_at)
SELECT new_id(), id, (ARRAY['visit', 'meeting', 'phone', 'phone', 'email', 'email'])[1 + pg_temp.pick(n, 41, 6)],
       {now} - make_interval(days => pg_temp.pick(n, 40, 400)), 'Review of open matters',
       0.5 + pg_temp.pick(n, 42, 8) / 2.0,
       CASE WHEN n % 4 = 0 THEN NULL WHEN pg_temp.pick(n, 43, 100) = 0 THEN -2 ELSE n % 3 END,
       {now} - make_interval(days => pg_temp.pick(n, 40, 400)), owner, {now}
FROM numbered
"""
_OPPORTUNITIES = """
INSERT INTO opportunity (id, customer, name, state, amount, currency, engaged_on, expected_on, owner, created_at,
                         updated_at)
SELECT new_id(), id, 'Next year', (ARRAY['prospecting', 'engaging', 'proposing', 'negotiating'])[1 + n % 4],
       round(size::numeric * 3, 2), 'EUR', ({now})::date - 30, ({now})::date + 60, owner, since, since
FROM numbered WHERE pg_temp.pick(n, 50, 10) < 3
"""
_RECORDS = """
INSERT INTO record (id, kind, customer, number, title, owner, state, words)
SELECT id, 'opportunity', customer, '', name, owner, state, name FROM opportunity
"""
_CASES = """
INSERT INTO service_case (id, number, customer, kind, state, subject, created_at, due_at, solved_at, updated_at)
SELECT new_id(), 'K' || n, id, (ARRAY['complaint', 'defect', 'order_query', 'repair'])[1 + pg_temp.pick(n, 61, 4)],
       CASE WHEN open THEN 'open' ELSE 'solved' END, 'Delivery', opened, opened + interval '3 days',
       CASE WHEN NOT open THEN opened + interval '2 days' END, opened
FROM (
    SELECT *, pg_temp.pick(n, 62, 10) = 0 AS open, {now} - make_interval(days => pg_temp.pick(n, 60, 500)) AS opened
    FROM numbered WHERE pg_temp.pick(n, 63, 10) < 2
) c
"""
_NAMED = """
INSERT INTO record (id, kind, customer, number, title, owner, state, words)
SELECT id, 'customer', id, code, name, owner, '', '' FROM customer
"""
# With the triggers on, which write down the beginning.
_INSTANCES = """
SET session_replication_role = origin;
INSERT INTO workflow_instance (id, workflow, subject, customer, state, revision, entered_at, started_at, definition)
SELECT new_id(), w.name, c.id, c.id, w.state, 0, since, since, ''
FROM (VALUES ('relationship', 'build'), ('early_warning', 'normal'), ('designation', 'ordinary')) w (name, state)
CROSS JOIN numbered c;
INSERT INTO workflow_instance (id, workflow, subject, customer, state, revision, entered_at, started_at, definition)
SELECT new_id(), 'opportunity', id, customer, state, 0, created_at, created_at, '' FROM opportunity;
INSERT INTO workflow_instance (id, workflow, subject, customer, state, revision, entered_at, started_at, definition)
SELECT new_id(), 'service_case', id, customer, state, 0, created_at, created_at, ''
FROM service_case;
INSERT INTO workflow_instance (id, workflow, subject, customer, state, revision, entered_at, started_at, definition)
SELECT new_id(), 'order', id, customer, state, 0, created_at, created_at, '' FROM sales_order ORDER BY id;
SET session_replication_role = replica
"""
_ROWS = """
INSERT INTO record (id, kind, customer, number, title, owner, state, words)
SELECT id, 'case', customer, number, subject, owner, state, number || ' ' || subject FROM service_case;
INSERT INTO record (id, kind, customer, number, title, owner, state, words)
SELECT id, 'order', customer, '', number, NULL::uuid, state, number FROM sales_order
UNION ALL SELECT id, 'contact', NULL, '', name, NULL, '', name || ' ' || email FROM contact
UNION ALL SELECT id, 'interaction', customer, '', purpose, NULL, '', purpose FROM interaction
UNION ALL SELECT id, 'contact_role', customer, '', name, owner, '', name || ' ' || job FROM contact_role
"""
_DEADLINES = """
INSERT INTO workflow_deadline (id, instance, step, name, due_at, outcome)
SELECT new_id(), i.id, 0, 'slow_start', i.started_at + interval '365 days', ''
FROM workflow_instance i WHERE i.workflow = 'relationship'
"""
_FACTS = "INSERT INTO customer_fact (customer, computed_at) SELECT id, {now} - interval '1 day' FROM numbered"

STEPS = (
    ("functions", _PICK),
    ("people", _PEOPLE),
    ("teams", _TEAMS),
    ("memberships", _MEMBERS),
    ("numbers", _NUMBERED),
    ("customers", _CUSTOMERS),
    ("rows of customers", _NAMED),
    ("contacts", _CONTACTS),
    ("orders", _ORDERS),
    ("lines", _LINES),
    ("interactions", _INTERACTIONS),
    ("opportunities", _OPPORTUNITIES),
    ("records", _RECORDS),
    ("cases", _CASES),
    ("rows of records", _ROWS),
    ("workflow instances", _INSTANCES),
    ("deadlines", _DEADLINES),
    ("rows of facts", _FACTS),
)
