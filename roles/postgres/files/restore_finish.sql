-- As the superuser: the restored database takes the place of the one in use, which is dropped.
SELECT format('ALTER DATABASE %I ALLOW_CONNECTIONS false', :'database') \gexec
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname IN (:'database', :'restoring') \g /dev/null
BEGIN;
SELECT format('ALTER DATABASE %I RENAME TO %I', :'database', :'database' || '_replaced') \gexec
SELECT format('ALTER DATABASE %I RENAME TO %I', :'restoring', :'database') \gexec
COMMIT;
SELECT format('DROP DATABASE %I WITH (FORCE)', :'database' || '_replaced') \gexec
