-- As the superuser: make the role, the database and the extensions, load the settings; every step may be repeated.
-- Prints "restart" when a setting needs one.

-- Otherwise the server's log would get these statements, password included, when they fail, are slow or DDL is logged.
SET log_min_error_statement = panic;
SET log_min_duration_statement = -1;
SET log_statement = 'none';
\set password `cat "$APPLICATION_PASSWORD_FILE"`
SELECT format('CREATE ROLE %I', :'user') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'user') \gexec
SELECT format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD %L', :'user', :'password') \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'user')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
SELECT format('ALTER DATABASE %I OWNER TO %I', :'database', :'user') \gexec

SELECT pg_reload_conf() \g /dev/null
\connect :"database"
SELECT format('CREATE EXTENSION IF NOT EXISTS %I', wanted) FROM unnest(:'extensions'::text[]) AS wanted \gexec
-- The postmaster reads its files when it gets to it; only a session that starts afterwards sees them.
SELECT pg_sleep(0.3) \g /dev/null
\connect
SELECT 'restart' WHERE EXISTS (SELECT FROM pg_settings WHERE pending_restart);
