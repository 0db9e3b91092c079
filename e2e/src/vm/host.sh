# shellcheck shell=bash
# Sourced by vm.sh: what the guest needs of this machine.

declare -A package_of=(
  [qemu-system-x86_64]=qemu-system-x86 [debootstrap]=debootstrap [busybox]=busybox-static [mkfs.ext4]=e2fsprogs
  [setpriv]=util-linux [wget]=wget
)

missing_packages() {
  local program
  for program in "${!package_of[@]}"; do
    command -v "$program" >/dev/null || echo "${package_of[$program]}"
  done
}

# With apt-get as root what is missing is installed.
install_packages() {
  local -a missing
  export PATH=$PATH:/usr/sbin:/sbin
  mapfile -t missing < <(missing_packages)
  if [[ ${#missing[@]} -eq 0 || $(id -u) -ne 0 ]] || ! command -v apt-get >/dev/null; then return 0; fi
  progress "installing ${missing[*]}"
  mkdir -p "$cache"
  apt_get install "${missing[@]}" || { apt_get update && apt_get install "${missing[@]}"; } || true
}

apt_get() {
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -y -q --no-install-recommends "$@" >>"$cache/apt.log" 2>&1 </dev/null
}

# Says why this machine cannot run the guest, and nothing when it can.
why_not() {
  if [[ $(uname -m) != x86_64 ]]; then echo "the guest is x86_64 and this machine is $(uname -m)"; return; fi
  install_packages
  local -a missing
  mapfile -t missing < <(missing_packages)
  if [[ ${#missing[@]} -gt 0 ]]; then
    echo "missing: ${missing[*]} (with apt-get as root this is installed for you)"
  elif ! find_java 2>/dev/null; then
    echo "no JDK 25 or newer found; ./dev test says where it looks"
  elif [[ $(id -u) -ne 0 && ! -f $(image_folder)/complete ]]; then
    echo "only root can make the root disk: run ./dev vm build as root once"
  fi
}
