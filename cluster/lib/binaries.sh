# shellcheck shell=bash
# Sourced. The programs of the cluster: Kubernetes' own, built by Go out of its module, and those that Debian has.
# Expects $cluster, the folder of these scripts. All of it is made once per machine and shared by every checkout.

cluster=${cluster:?is the folder of these scripts}
cluster_cache=${BERTH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/berth}
cluster_commands=(kube-apiserver kube-controller-manager kube-scheduler kubelet kubectl)

say() { printf '%s\n' "$*" >&2; }
fail() { printf 'cluster: %s\n' "$*" >&2; exit 1; }

# The version of Kubernetes is written down once, in go.mod.
kubernetes_version() { sed -n 's/.*k8s\.io\/kubernetes \(v[0-9.]*\)\( .*\)\?$/\1/p' "$cluster/go/go.mod"; }

# A folder per content of everything that the build reads; the number is for a change of the flags below.
binaries_folder() {
  local hash
  hash=$({ echo 1; cat "$cluster"/go/go.mod "$cluster"/go/go.sum "$cluster"/go/*/main.go; } | sha256sum | cut -c1-12)
  printf '%s/kubernetes-%s-%s\n' "$cluster_cache" "$hash" "$(uname -m)"
}

# system_packages PROGRAM=PACKAGE...: installs the packages whose programs are missing.
system_packages() {
  local pair missing=()
  export PATH=$PATH:/usr/sbin:/sbin
  for pair in "$@"; do
    [[ ${pair%%=*} == /* && -e ${pair%%=*} ]] || command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
  done
  if [[ ${#missing[@]} -eq 0 ]]; then return 0; fi
  if [[ $(id -u) -ne 0 ]] || ! command -v apt-get >/dev/null; then
    fail "please install: ${missing[*]} (with apt-get as root this is done for you)"
  fi
  say "installing ${missing[*]}"
  mkdir -p "$cluster_cache"
  export DEBIAN_FRONTEND=noninteractive
  if ! { apt-get install -y -q --no-install-recommends "${missing[@]}" \
    || { apt-get update -q && apt-get install -y -q --no-install-recommends "${missing[@]}"; }; } \
    >"$cluster_cache/apt.log" 2>&1 </dev/null; then
    fail "apt-get could not install ${missing[*]}: $(tail -n 1 "$cluster_cache/apt.log") (log: $cluster_cache/apt.log)"
  fi
}

# Go reads the checksums of go.sum, so what is built is what was reviewed.
binaries_build() {
  local folder=$1 version flags log draft package command
  version=$(kubernetes_version)
  export PATH=$PATH:/usr/local/go/bin
  command -v go >/dev/null || system_packages go=golang-go
  draft=$folder.draft.$$
  log=$cluster_cache/kubernetes-build.log
  rm -rf -- "$draft"
  mkdir -p "$draft/bin"
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    flags+=" -X $package.gitVersion=$version -X $package.gitMajor=1 -X $package.gitMinor=${version:3:2}"
  done
  say "building Kubernetes $version (once; about five minutes on two cores; log: $log)"
  : >"$log"
  for command in pause runc-bounded "${cluster_commands[@]}"; do
    local began=$SECONDS target=k8s.io/kubernetes/cmd/$command
    if [[ -d $cluster/go/$command ]]; then target=./$command; fi
    if ! (cd -- "$cluster/go" && CGO_ENABLED=0 GOFLAGS=-mod=readonly GOTOOLCHAIN=${GOTOOLCHAIN:-auto} \
      go build -trimpath -buildvcs=false -ldflags "-s -w$flags" -o "$draft/bin/$command" "$target") >>"$log" 2>&1 </dev/null; then
      rm -rf -- "$draft"
      fail "Go could not build $command: $(grep -v '^go: downloading' "$log" | tail -n 1) (log: $log; Go 1.24 or newer is needed)"
    fi
    say "  $command ($((SECONDS - began)) s)"
  done
  ln -s "$(command -v etcd)" "$draft/bin/etcd"
  mv -T -- "$draft" "$folder"
}

# Sets $binaries to the folder with bin/; makes it when it is not there. Two at once wait for each other.
binaries_prepare() {
  system_packages etcd=etcd-server busybox=busybox-static
  binaries=$(binaries_folder)
  if [[ -d $binaries ]]; then return 0; fi
  mkdir -p "$cluster_cache"
  (
    flock -n 9 || { say "another build of Kubernetes is running; waiting for it"; flock 9; }
    [[ -d $binaries ]] || binaries_build "$binaries"
  ) 9>"$cluster_cache/kubernetes-build.lock"
}
