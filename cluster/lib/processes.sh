# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of the other parts; ../cluster sources them all
# Sourced. Processes of a cluster, known by process id and start time: a number alone may be somebody else's by now.
# Expects $state, the folder of the cluster; $state/run/NAME holds "PID START" (a slash in NAME is a dot there).

# Field 22 of /proc/PID/stat; the second field may hold spaces, so counting begins behind its parenthesis.
process_start_time() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  local -a fields
  read -ra fields <<<"${stat##*) }"
  [[ ${fields[0]} != Z ]] || return 1
  printf '%s\n' "${fields[19]}"
}

# process_record NAME PID
process_record() {
  local start
  start=$(process_start_time "$2") || { say "$1 ended at once: $(process_last_words "$1")"; return 1; }
  printf '%s %s\n' "$2" "$start" >"$state/run/${1//\//.}"
}

# Prints the process id of NAME when it runs, else fails.
process_alive() {
  local pid start
  read -r pid start 2>/dev/null <"$state/run/${1//\//.}" || return 1
  [[ $(process_start_time "$pid") == "$start" ]] || return 1
  printf '%s\n' "$pid"
}

process_last_words() { tail -n 3 "$state/log/${1//\//.}.log" 2>/dev/null | tr '\n' ' ' | tail -c 400; }

# process_spawn NAME COMMAND...: in a session of its own, its output in a log.
process_spawn() {
  local name=$1
  shift
  BERTH_CLUSTER_STATE=$state setsid -- "$@" >>"$state/log/${name//\//.}.log" 2>&1 </dev/null 9>&- &
  process_record "$name" $!
}

# process_child NAME: records the only child of NAME in its stead: unshare and nsenter stay as the parent of what they start.
process_child() {
  local name=$1 parent child=""
  parent=$(process_alive "$name") || { say "$name ended at once: $(process_last_words "$name")"; return 1; }
  local tries
  for tries in $(seq 200); do
    read -r child _ <"/proc/$parent/task/$parent/children" 2>/dev/null || true
    if [[ -n $child ]]; then process_record "$name" "$child"; return; fi
    process_alive "$name" >/dev/null || break
    sleep 0.02
  done
  say "$name did not start (after $tries looks): $(process_last_words "$name")"
  return 1
}

# process_enter NAME NAMESPACES-OF NSENTER-FLAG... -- COMMAND...: inside the namespaces of another.
process_enter() {
  local name=$1 host
  host=$(process_alive "$2") || { say "$2 does not run"; return 1; }
  shift 2
  process_spawn "$name" nsenter --target "$host" "$@" && process_child "$name"
}

process_or_group_alive() { process_alive "$1" >/dev/null || kill -0 -- "-$2" 2>/dev/null; }

# Prints the process ids of everything of the cluster that kept its environment: also what was started by a script that was
# killed before it could write down what it had started.
process_strays() {
  local environment
  # Processes come and go while they are looked at.
  grep -lzxF -- "BERTH_CLUSTER_STATE=$state" /proc/[0-9]*/environ 2>/dev/null | while IFS= read -r environment; do
    environment=${environment#/proc/}
    if process_start_time "${environment%/environ}" >/dev/null; then printf '%s\n' "${environment%/environ}"; fi
  done || true
}

# Kilobytes in the memory of a process and of what it started.
process_memory() {
  local -a children=()
  read -ra children 2>/dev/null <"/proc/$1/task/$1/children" || true
  local pid
  for pid in "$1" "${children[@]}"; do awk '/^VmRSS/ { print $2 }' "/proc/$pid/status" 2>/dev/null || true; done \
    | awk '{ sum += $1 } END { print sum + 0 }'
}

# process_end NAME [SIGNAL]: ends it and waits until it is gone; SIGKILL after five seconds.
process_end() {
  local name=$1 signal=${2:-TERM} pid tries
  if pid=$(process_alive "$name"); then
    kill -s "$signal" "$pid" 2>/dev/null || true
    # What it forked, where it leads a group.
    kill -s "$signal" -- "-$pid" 2>/dev/null || true
    for tries in $(seq 300); do
      process_or_group_alive "$name" "$pid" || break
      if [[ $tries -eq 100 ]]; then
        kill -s KILL "$pid" 2>/dev/null || true
        kill -s KILL -- "-$pid" 2>/dev/null || true
      fi
      sleep 0.05
    done
    if process_or_group_alive "$name" "$pid"; then say "$name (process $pid) does not end"; return 1; fi
  fi
  rm -f -- "$state/run/${name//\//.}"
}
