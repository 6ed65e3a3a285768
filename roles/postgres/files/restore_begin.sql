-- As the superuser: an empty database beside the one in use, in the place of what a restore that was killed has left.
SELECT format('DROP DATABASE IF EXISTS %I WITH (FORCE)', :'database' || '_replaced') \gexec
SELECT format('DROP DATABASE IF EXISTS %I WITH (FORCE)', :'restoring') \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'restoring', :'user') \gexec
