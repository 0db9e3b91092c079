#!/usr/bin/env bash
# A real Debian kernel for tests, emulated: ./dev vm
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
cache=${BERTH_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/berth}/vm
home=$(readlink -f -- "$here/../../..")
. "$home/program/src/main/sh/java.sh"
. "$here/host.sh"
. "$here/image.sh"
. "$here/machine.sh"
. "$here/run.sh"
. "$here/junit.sh"

usage() {
  cat <<'TEXT'
./dev vm COMMAND: a real Debian kernel in software emulation, for what this machine's kernel or root lacks

  build                           makes the guest: kernel, root disk, Java runtime, saved state; once, two minutes;
                                  every command below does this by itself when it is missing or its inputs have changed
  run [OPTIONS] -- COMMAND ...    runs a command as root of the guest, streams its output, ends with its exit code
  shell [OPTIONS]                 a shell in the guest; `exit` powers it off
  test [--all] [CLASS ...]        compiles, and runs the JUnit tests named *VM in the guest (--all: the long rounds, and
                                  storage's kernel tests once more on this kernel); CLASS#METHOD runs one
  why-not                         says why this machine cannot run it, and is silent when it can
  clean                           removes what was made for it

  --in PATH        a file or folder that the guest shall have, at the same path; copied, so that the guest changes its own
  --out DIR        what the command leaves in /out comes back into DIR
  --env NAME=VALUE a variable for the command (NAME alone: with its value here)
  --disk SIZE      an empty scratch disk, such as 512M; --disk FILE: that file as a disk, which keeps what is written.
                   Four at most; $VM_DISKS in the guest names their devices in this order
  --deadline S     after so many seconds the guest is stopped and the exit code is 124 (default 120)
  --cold           boots from the beginning instead of from the saved state

The guest: one processor, 2 GiB, /tmp and /var/tmp on an ext4 of 8 GiB, JAVA_HOME, no network but loopback, nothing kept.
Exit codes: the command's; 124 deadline; 125 the guest or this tool failed; 2 a wrong command line.
TEXT
}

say() { printf 'vm: %s\n' "$*" >&2; }
fail() { say "$@"; exit 125; }
wrong() { say "$@"; say "./dev vm help shows what there is"; exit 2; }
progress() { printf '%s\n' "$*" >&2; }

out="" deadline=120 cold=0 interactive=0
variables=()

options() {
  while [[ $# -gt 0 && $1 != -- ]]; do
    case $1 in
      --in | --out | --env | --disk | --deadline) [[ $# -ge 2 ]] || wrong "$1 needs a value" ;;
    esac
    case $1 in
      --in) bring_in "$2"; shift ;;
      --out) out=$2; shift ;;
      --env) variable "$2"; shift ;;
      --disk) scratch_disk "$2"; shift ;;
      --deadline) [[ $2 =~ ^[1-9][0-9]{0,4}$ ]] || wrong "--deadline: $2 is not a number of seconds"; deadline=$2; shift ;;
      --cold) cold=1 ;;
      *) wrong "unknown option $1" ;;
    esac
    shift
  done
  command=("${@:2}")
}

variable() {
  if [[ $1 == *=* ]]; then variables+=("$1"); elif [[ -n ${!1+set} ]]; then variables+=("$1=${!1}"); fi
}

# What the guest's shell is told to do, with every word quoted.
script() {
  local name
  for name in "${variables[@]}"; do printf 'export %q\n' "$name"; done
  printf 'cd /root\nexec'
  printf ' %q' "$@"
  printf '\n'
}

ready() {
  local why
  why=$(why_not)
  [[ -z $why ]] || fail "this machine cannot run the guest: $why"
  find_java
  ensure_built
}

run_command() {
  options "$@"
  [[ ${#command[@]} -gt 0 ]] || wrong "run needs -- and a command"
  ready
  exec </dev/null
  boot "$(script "${command[@]}")"
}

shell() {
  options "$@"
  [[ -t 0 && -t 1 ]] || fail "a shell needs a terminal; for a script there is ./dev vm run -- bash -c '...'"
  ready
  interactive=1
  local settings size
  settings=$(stty -g)
  size=$(stty size)
  # shellcheck disable=SC2064
  trap "stty $settings" EXIT
  stty raw -echo
  boot "stty rows ${size% *} cols ${size#* } </dev/ttyS0; TERM=${TERM:-linux} exec setsid -c -w bash -l </dev/ttyS0 >/dev/ttyS0 2>&1"
}

clean() {
  mkdir -p "$cache"
  flock "$cache/lock" rm -rf --one-file-system -- "$cache"
  progress "removed $cache"
}

case ${1:-} in
  build) [[ $# -eq 1 ]] || wrong "build takes no arguments"; ready; progress "ready: $image" ;;
  run) shift; run_command "$@" ;;
  shell) shift; shell "$@" ;;
  test) shift; run_tests "$@" ;;
  why-not) why_not ;;
  make-image) make_everything ;; # for build alone
  clean) clean ;;
  "" | help | -h | --help) usage ;;
  *) wrong "unknown command $1" ;;
esac
