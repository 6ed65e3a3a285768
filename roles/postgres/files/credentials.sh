#!/bin/sh
# credentials.sh DIRECTORY SUPERUSER USER: make the passwords that do not exist yet, and libpq's password file of both.
# A script, so that Ansible never sees a password and cannot print one.
set -eu
umask 077
cd "$1"
for name in superuser app; do
  [ -s "postgres-$name-password" ] && continue
  head -c 256 /dev/urandom | base64 | tr -dc 'A-Za-z0-9' | head -c 32 > "postgres-$name-password.new"
  mv "postgres-$name-password.new" "postgres-$name-password"
done
# printf is the shell's own: no password in a process list.
{
  printf '*:*:*:%s:%s\n' "$2" "$(cat postgres-superuser-password)"
  printf '*:*:*:%s:%s\n' "$3" "$(cat postgres-app-password)"
} > postgres-passfile.new
mv postgres-passfile.new postgres-passfile
