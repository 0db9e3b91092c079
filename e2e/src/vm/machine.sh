# shellcheck shell=bash
# Sourced by vm.sh: the emulated machine, and the saved state of one that has booted and waits for orders.

readonly slots=4 # scratch disks that a run may ask for

# Everything there? Then nothing is done, and it takes a few milliseconds to see. A second builder waits for the first.
ensure_built() {
  image=$(image_folder)
  state=$(state_folder)
  if [[ -f $image/complete && -f $state/memory ]]; then
    touch -- "$image" "$state" 2>/dev/null || true
    return 0
  fi
  mkdir -p "$cache"
  (
    flock 9
    find "$cache" -mindepth 1 -maxdepth 1 -type d -mtime +14 -exec rm -rf --one-file-system {} + # what nobody has used
    if [[ ! -f $image/complete ]]; then build_image; fi
    if [[ ! -f $state/memory ]]; then save_state; fi
  ) 9>"$cache/lock"
}

# A saved state fits only this very machine under this very emulator.
state_folder() {
  local key
  key=$({ qemu-system-x86_64 --version; echo "$image"; declare -f machine disk disks make_initramfs; cat "$here"/guest/*; } | sha256sum)
  echo "$cache/state-${key:0:16}"
}

machine() {
  machine=(
    qemu-system-x86_64 -M q35 -accel tcg -cpu max -smp 1 -m 2G
    -nodefaults -no-user-config -no-reboot -display none
    -kernel "$image/vmlinuz" -initrd "$state/initramfs"
    -append "console=ttyS0 panic=-1 mitigations=off nokaslr audit=0 selinux=0 apparmor=0 random.trust_cpu=on quiet"
    -blockdev "driver=raw,node-name=root,read-only=on,file.driver=file,file.filename=$image/root.img"
    -device virtio-blk-pci,drive=root,serial=root
    -device virtio-rng-pci
    -device virtio-serial-pci
    -device "virtserialport,chardev=control,name=control"
    -device "virtserialport,chardev=out,name=out"
    -device "virtserialport,chardev=err,name=err"
    -device isa-serial,chardev=console
  )
  disks
}

# The disks after the root; without a run they are empty ones, since a saved state wants the same devices.
disks() {
  local slot
  disk work "${run:+$run/work.img}" on
  disk out "${run:+$run/out.img}" on
  for ((slot = 0; slot < slots; slot++)); do disk "disk$((slot + 1))" "${disk_files[slot]:-}" off; done
}

# disk NAME FILE NO-FLUSH
disk() {
  local driver="driver=null-co,size=1048576,read-zeroes=on"
  if [[ -n $2 ]]; then driver="driver=raw,file.driver=file,file.filename=${2//,/,,},cache.no-flush=$3"; fi
  machine+=(-blockdev "node-name=$1,$driver" -device "virtio-blk-pci,drive=$1,serial=$1")
}

make_initramfs() {
  local folder=$1/files
  mkdir -p "$folder"/{bin,dev,root,run}
  cp "$(readlink -f "$(command -v busybox)")" "$folder/bin/busybox"
  cp -R "$image/modules" "$folder/"
  cp "$here/guest/init" "$here/guest/guest" "$folder/"
  chmod 755 "$folder/init"
  (cd "$folder" && find . | busybox cpio -o -H newc 2>/dev/null) >"$1/initramfs"
  rm -rf "$folder"
}

# Boots the guest up to the point where it waits for orders, and saves its memory and devices.
save_state() {
  local began=$SECONDS new=$state.new
  rm -rf "$new"
  mkdir -p "$new"
  make_initramfs "$new"
  rm -rf "$state"
  mkdir "$state"
  mv "$new/initramfs" "$state/"
  mkfifo "$new"/{control,monitor}.{in,out}
  exec {control}<>"$new/control.out" {asks}<>"$new/monitor.in" {answers}<>"$new/monitor.out"
  machine
  setpriv --pdeathsig KILL timeout 120 setpriv --pdeathsig KILL "${machine[@]}" \
    -chardev "pipe,id=control,path=$new/control" -chardev null,id=out -chardev null,id=err \
    -chardev "file,id=console,path=$new/console" -chardev "pipe,id=monitor,path=$new/monitor" -mon chardev=monitor,mode=control \
    >"$new/emulator.log" 2>&1 </dev/null 9>&- &
  emulator=$!
  wait_for "$control" ready || fail "the guest did not boot; its console ends with:"$'\n'"$(tail -qn 5 "$new/emulator.log" "$new/console")"
  printf '%s\n' '{"execute":"qmp_capabilities"}' \
    '{"execute":"migrate-set-capabilities","arguments":{"capabilities":[{"capability":"events","state":true}]}}' \
    '{"execute":"migrate-set-parameters","arguments":{"max-bandwidth":4294967296}}' \
    "{\"execute\":\"migrate\",\"arguments\":{\"uri\":\"exec:cat >'$new/memory'\"}}" >&"$asks"
  wait_for "$answers" '"status": "completed"' || fail "the guest could not be saved: $(tail -n 5 "$new/emulator.log")"
  echo '{"execute":"quit"}' >&"$asks"
  wait "$emulator" || true
  mv "$new/memory" "$state/memory"
  rm -rf "$new"
  progress "  booted and saved in $((SECONDS - began)) s, $(du -h "$state/memory" | cut -f 1)"
}

# Reads lines from descriptor $1 until one contains $2; false when the emulator has ended without it.
wait_for() {
  local line alive=1
  while [[ $alive == 1 ]]; do
    kill -0 "$emulator" 2>/dev/null || alive=0
    while read -r -t 0.5 line <&"$1"; do
      if [[ $line == *"$2"* ]]; then return 0; fi
    done
  done
  return 1
}
