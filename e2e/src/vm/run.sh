# shellcheck shell=bash
# Sourced by vm.sh: one run of the guest.

disk_files=()
brought=()
copies=()
run="" emulator="" timer=""

# ---- what goes in --------------------------------------------------------------------------------------------------

# A file or folder of this machine is found at the same path in the guest.
bring_in() {
  local from=$1 path
  [[ -e $from ]] || wrong "--in: $from is not there"
  path=$(realpath -s -- "$from")
  case $path in
    / | /proc | /proc/* | /sys | /sys/* | /dev | /dev/* | /run | /run/* | /tmp | /var | /var/tmp | /out) wrong "--in: $path cannot be brought in at its own path" ;;
  esac
  brought+=("$path")
}

copy_in() {
  local path
  for path in "${brought[@]}"; do
    mkdir -p "$run/work/in${path%/*}"
    cp -RHT --preserve=mode,timestamps -- "$path" "$run/work/in$path" || fail "--in: $path cannot be read"
  done
}

# Every --disk: a new empty one of a size, or a file that is kept.
scratch_disk() {
  ((${#disk_files[@]} < slots)) || wrong "--disk: a run has $slots at most"
  if [[ ! $1 =~ ^[0-9]+[KMGT]?$ && ! -f $1 ]]; then wrong "--disk: $1 is neither a size, such as 512M, nor a file"; fi
  disk_files+=("$1")
}

make_disks() {
  local slot file
  for slot in "${!disk_files[@]}"; do
    file=${disk_files[slot]}
    if [[ -f $file ]]; then
      disk_files[slot]=$(realpath -- "$file")
    else
      truncate -s "$file" "$run/disk$slot"
      disk_files[slot]=$run/disk$slot
    fi
  done
  truncate -s 8G "$run/out.img"
  mkdir -p "$run/work/in"
  copy_in
  mkfs.ext4 -q -F -d "$run/work" -E nodiscard -J size=16 "$run/work.img" 8G >"$run/mkfs.log" 2>&1 \
    || fail "the disk of this run could not be made in $run: $(tail -n 1 "$run/mkfs.log")"
  rm -rf "$run/work"
}

# ---- the run -------------------------------------------------------------------------------------------------------

# A folder for this run, in memory where there is room for it. What runs that were killed left goes first: nobody holds
# its lock.
run_folder() {
  local folder temporary=${TMPDIR:-/var/tmp}
  if [[ $(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1) -gt 6000000 ]]; then temporary=/dev/shm; fi
  for folder in "$temporary"/berth-vm.*; do
    if [[ -d $folder ]] && flock -n "$folder" true 2>/dev/null; then rm -rf -- "$folder"; fi
  done
  run=$(mktemp -d "$temporary/berth-vm.$$.XXXXXX")
  exec {lock}<"$run"
  flock -n "$lock"
}

end_run() {
  local pid
  for pid in $emulator $timer "${copies[@]}"; do
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  if [[ -n $run ]]; then rm -rf -- "$run"; fi
}

# Starts the emulator: from the saved state, or from the beginning. The console goes to a file, or to the terminal.
start_emulator() {
  local console="file,id=console,path=$run/console"
  if [[ $interactive == 1 ]]; then console="stdio,id=console,signal=off"; fi
  machine
  if [[ $cold == 0 ]]; then machine+=(-incoming "exec:cat '$state/memory'"); fi
  setpriv --pdeathsig KILL "${machine[@]}" -chardev "pipe,id=control,path=$run/control" \
    -chardev "file,id=out,path=$run/out" -chardev "file,id=err,path=$run/err" -chardev "$console" \
    2>"$run/emulator.log" <&"$input" &
  emulator=$!
}

# Runs the bash script $1 in the guest and returns its exit code.
boot() {
  local order ended=0 line code="" hands_back=0
  run_folder
  trap end_run EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  make_disks
  mkfifo "$run/control.in" "$run/control.out" "$run/out" "$run/err"
  : >"$run/console"
  exec {input}<&0 {control}<>"$run/control.out" {orders}<>"$run/control.in" {console}<"$run/console" {back}<"$run/out.img"
  cat <"$run/out" {input}<&- {control}<&- {orders}<&- {lock}<&- &
  copies+=($!)
  cat <"$run/err" >&2 {input}<&- {control}<&- {orders}<&- {lock}<&- &
  copies+=($!)
  start_emulator
  if [[ -n $out ]]; then hands_back=1; fi
  order=$(base64 -w 0 <<<"$1")
  echo "go $(date +%s) $(head -c 32 /dev/urandom | base64 -w 0) $hands_back ${#disk_files[@]} $order" >&"$orders"
  wait_for "$control" started || broken "the guest did not start"
  exec {log}<"$run/emulator.log"
  rm -rf -- "$run" # everything is open by now, so that nothing stays whatever happens to us
  limit
  wait -n -p ended $emulator $timer || true
  if [[ $ended == "$timer" ]]; then
    kill -KILL "$emulator"
    wait "$emulator" "${copies[@]}" 2>/dev/null || true
    say "the deadline of $deadline s is over: the guest was stopped"
    exit 124
  fi
  wait "${copies[@]}" || true
  while read -r -t 0.01 line <&"$control"; do
    case $line in
      "exit "*) code=${line#exit } ;;
      *) say "$line" ;;
    esac
  done
  [[ -n $code ]] || broken "the guest ended before the command did"
  if [[ -n $out ]]; then unpack; fi
  exit "$code"
}

unpack() {
  if ! mkdir -p -- "$out" || ! tar -C "$out" -xf - --no-same-owner <&"$back"; then fail "the files of /out could not be unpacked in $out"; fi
}

# A timer that goes with us; a shell has none.
limit() {
  timer=""
  if [[ $interactive == 0 ]]; then
    setpriv --pdeathsig KILL sleep "$deadline" </dev/null >/dev/null 2>&1 &
    timer=$!
  fi
}

broken() {
  say "$1; the end of its console:"
  # Enough for a panic with its call trace, whose first line is the one that matters.
  tail -n 100 <&"$console" >&2
  if [[ -f $run/emulator.log ]]; then tail -n 5 "$run/emulator.log" >&2; fi
  exit 125
}
