-- As the application: is everything as it should be? Says "ready", or what is missing.
SELECT CASE
  WHEN current_setting('todochat.checksum', true) IS DISTINCT FROM :'checksum' THEN 'other settings'
  WHEN EXISTS (SELECT FROM pg_settings WHERE pending_restart) THEN 'restart pending'
  WHEN NOT EXISTS (SELECT FROM pg_database WHERE datname = current_database() AND pg_get_userbyid(datdba) = current_user)
    THEN 'not the owner'
  WHEN EXISTS (SELECT FROM unnest(:'extensions'::text[]) AS wanted WHERE wanted NOT IN (SELECT extname FROM pg_extension))
    THEN 'extension missing'
  ELSE 'ready'
END;
