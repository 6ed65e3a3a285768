# patiently.sh SECONDS COMMAND...: ask with psql, again and again while the server is not up yet.
# In one command and not with Ansible's retries: those are slower, and each looks like a failure.
seconds=$1
shift
question=$(cat)
deadline=$(($(date +%s) + seconds))
while :; do
  answer=$(printf '%s\n' "$question" | LC_ALL=C "$@" 2>&1)
  code=$?
  case $answer in
    *"Connection refused"* | *"database system is"*) [ "$(date +%s)" -lt "$deadline" ] || break ;;
    *) break ;;
  esac
  sleep 0.2
done
printf '%s\n' "$answer"
exit "$code"
