# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of the other parts; ../cluster sources them all
# Sourced. Takes a cluster away. The two first processes hold everything: with them go all processes of their process
# namespaces, then the network namespaces, then the mounts. Loop devices and cgroups are the kernel's, and looked for.

clean_processes() {
  local name
  for name in proxy-outer proxy-inner; do process_end "$name" KILL || true; done
  while IFS= read -r name; do
    process_end "$name" KILL
  done < <(cd -- "$state/run" 2>/dev/null && find . -maxdepth 1 -type f -name 'node-*' ! -name '*.*' -printf '%f\n')
  process_end control KILL
  clean_strays
}

clean_strays() {
  local tries pid
  local -a left=()
  for tries in $(seq 100); do
    mapfile -t left < <(process_strays)
    if [[ ${#left[@]} -eq 0 ]]; then return 0; fi
    for pid in "${left[@]}"; do kill -s KILL "$pid" 2>/dev/null || true; done
    sleep 0.05
  done
  say "processes stay after $tries tries: ${left[*]}"
  return 1
}

# Prints the loop devices whose file lies below a folder, those on filesystems on these, and those that a kubelet puts on such
# a device; the innermost first. By device and inode, for the path that the kernel remembers is of another mount namespace.
clean_loops_below() {
  local -A ours=()
  local -a found=()
  local name filesystem inode device more=1
  while read -r inode; do ours[$inode]=1; done < <(find "$1" -xdev -type f -printf "$(stat -c %Hd:%Ld -- "$1"):%i\n")
  while [[ $more -eq 1 ]]; do
    more=0
    while read -r name filesystem inode; do
      device=$(stat -c %Hr:%Lr -- "$name")
      if [[ -n ${ours["$device"]:-} ]]; then continue; fi
      if [[ -n ${ours["$filesystem:$inode"]:-} || -n ${ours["$filesystem"]:-} ]]; then
        ours["$device"]=1
        ours["$(stat -c %Hd:%Ld:%i -- "$name")"]=1
        found=("$name" "${found[@]}")
        more=1
      fi
    done < <(losetup --list --noheadings --output NAME,BACK-MAJ:MIN,BACK-INO 2>/dev/null)
  done
  if [[ ${#found[@]} -gt 0 ]]; then printf '%s\n' "${found[@]}"; fi
}

# clean_loops FOLDER
clean_loops() {
  local device tries
  for tries in $(seq 50); do
    local -a left=()
    mapfile -t left < <(clean_loops_below "$1")
    if [[ ${#left[@]} -eq 0 ]]; then return 0; fi
    for device in "${left[@]}"; do losetup --detach "$device" 2>/dev/null || true; done
    sleep 0.1
  done
  say "still attached after $tries tries: ${left[*]}"
  return 1
}

# clean_cgroups CGROUP: with all below it, in every hierarchy.
clean_cgroups() {
  local folder tries
  for tries in $(seq 50); do
    for folder in /sys/fs/cgroup/*/"$1"; do
      if [[ -d $folder ]]; then find "$folder" -depth -type d -exec rmdir -- {} + 2>/dev/null || true; fi
    done
    compgen -G "/sys/fs/cgroup/*/$1" >/dev/null || return 0
    sleep 0.1
  done
  say "cgroups stay after $tries tries: $(compgen -G "/sys/fs/cgroup/*/$1" | tr '\n' ' ')"
  return 1
}

clean_all() {
  local failed=0
  clean_processes || failed=1
  clean_loops "$state" || failed=1
  clean_cgroups "$cluster_cgroup" || failed=1
  if [[ $failed -ne 0 ]]; then fail "not everything of cluster $cluster_name is gone; $state stays, so that down can be tried again"; fi
  rm -rf --one-file-system -- "$state"
}
