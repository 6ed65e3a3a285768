# patiently.sh SECONDS COMMAND...: try a psql until it could connect (its exit code is 2 when it could not).
seconds=$1
shift
question=$(cat)
deadline=$(($(date +%s) + seconds))
while :; do
  answer=$(printf '%s\n' "$question" | "$@" 2>&1)
  code=$?
  [ "$code" -eq 2 ] && [ "$(date +%s)" -lt "$deadline" ] || break
  sleep 0.2
done
printf '%s\n' "$answer"
exit "$code"
