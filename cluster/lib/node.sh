# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of the other parts; ../cluster sources them all
# Sourced. A node: containerd and a kubelet in a world of their own (lib/node-root), called node-N. Whatever starts in it,
# dies with its first process. Expects $state, $cluster_name, $binaries.

readonly cluster_most_nodes=20
readonly node_pool=/var/lib/berth/pools/default

node_start() {
  local name=node-$1 folder=$state/nodes/node-$1 pid
  if pid=$(process_alive "$name"); then
    # The cable hangs on the control plane's namespace, which may be a new one.
    nsenter --target "$pid" --net ip link show eth0 >/dev/null 2>&1 || node_network "$1"
    return 0
  fi
  mkdir -p "$folder/root"
  rm -f -- "$folder/root/.ready"
  # Private: nothing that is mounted in the node is seen outside, nor the other way.
  process_spawn "$name" unshare --fork --kill-child --pid --net --uts --ipc --mount --propagation private \
    bash "$cluster/lib/node-root" "$folder/root" "$binaries" "$name"
  process_child "$name"
  await 60 "$name's own root" test -e "$folder/root/.ready"
  node_network "$1"
  node_cgroups "$name"
  node_disk "$1"
}

node_network() {
  local number=$1 other control pid
  control=$(process_alive control)
  pid=$(process_alive "node-$number")
  nsenter --target "$control" --net ip link delete "node-$number" 2>/dev/null || true
  # A node that comes back has the card that it had: others still know its address.
  nsenter --target "$control" --net ip -batch - <<TEXT
link add node-$number type veth peer name eth0 address $(printf '02:00:0a:c8:00:%02x' $((10 + number))) netns $pid
link set node-$number master nodes up
route replace 10.201.$number.0/24 via 10.200.0.$((10 + number))
TEXT
  {
    printf 'link set lo up\nlink set eth0 up\naddress add 10.200.0.%d/24 dev eth0\nroute add default via %s\n' $((10 + number)) "$control_address"
    for other in $(seq "$cluster_most_nodes"); do
      [[ $other == "$number" ]] || printf 'route add 10.201.%d.0/24 via 10.200.0.%d\n' "$other" $((10 + other))
    done
  } | nsenter --target "$pid" --net ip -batch -
  nsenter --target "$pid" --net sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
}

# A cgroup per node in every hierarchy: a kubelet kills what it does not know in its own.
node_cgroups() {
  local hierarchy folder file
  for hierarchy in /sys/fs/cgroup/*/; do
    [[ -e $hierarchy/cgroup.clone_children ]] || continue
    for folder in "$hierarchy$cluster_cgroup" "$hierarchy$cluster_cgroup/$1"; do
      mkdir -p "$folder"
      for file in cpuset.cpus cpuset.mems; do
        if [[ -e $folder/$file && -z $(<"$folder/$file") ]]; then cat "${folder%/*}/$file" >"$folder/$file"; fi
      done
    done
    # A cgroup weighs as much as one process beside it: on a busy machine the pods would starve.
    if [[ -e $hierarchy$cluster_cgroup/cpu.shares ]]; then echo 10240 >"$hierarchy$cluster_cgroup/cpu.shares"; fi
  done
}

# The disk for volumes: an xfs in a sparse file, mounted in the node alone, so that a pool there has a size.
node_disk() {
  local number=$1 image=$state/nodes/node-$1/disk sizes size
  IFS=, read -ra sizes <<<"$cluster_disk"
  size=${sizes[$((number - 1))]:-${sizes[-1]}}
  if [[ ! -e $image ]]; then
    truncate -s "$size" "$image.new"
    mkfs.xfs -q -f -m reflink=1 "$image.new" >>"$state/log/mkfs.log" 2>&1 || fail "no xfs of $size: $(tail -n 1 "$state/log/mkfs.log")"
    mv "$image.new" "$image"
  fi
  # Attached from outside, where the file has a name; detaches itself when the node's last mount has gone.
  local device pid
  pid=$(process_alive "node-$number")
  device=$(losetup --find --show -- "$image")
  nsenter --target "$pid" --mount sh -c "mkdir -p $node_pool && mount -t xfs $device $node_pool" || { losetup -d "$device"; fail "could not mount $image"; }
  losetup -d "$device"
}

containerd_start() {
  local name=node-$1 etc=$state/nodes/node-$1/root/etc
  if process_alive "$name/containerd" >/dev/null; then return 0; fi
  mkdir -p "$etc/containerd" "$etc/cni/net.d"
  cat >"$etc/containerd/config.toml" <<TEXT
version = 2
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs"]
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  # A score below the own one cannot be had without CAP_SYS_RESOURCE.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      BinaryName = "/opt/berth/bin/runc-bounded"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "/etc/cni/net.d"
TEXT
  cat >"$etc/cni/net.d/10-pods.conflist" <<TEXT
{"cniVersion": "0.4.0", "name": "pods", "plugins": [{"type": "bridge", "bridge": "pods", "isDefaultGateway": true,
 "hairpinMode": true, "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.201.$1.0/24"}]]}}]}
TEXT
  process_enter "$name/containerd" "$name" --all -- containerd
}

kubelet_start() {
  local name=node-$1 etc=$state/nodes/node-$1/root/etc/kubernetes
  if process_alive "$name/kubelet" >/dev/null; then return 0; fi
  mkdir -p "$etc"
  control_kubeconfig "$etc/kubelet.kubeconfig" "$name" "https://$control_address"
  cat >"$etc/kubelet.yaml" <<TEXT
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
authorization: {mode: AlwaysAllow}
cgroupDriver: cgroupfs
cgroupRoot: /$cluster_cgroup/$name
clusterDNS: [10.96.0.10]
clusterDomain: cluster.local
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
volumePluginDir: /var/lib/kubelet/volumeplugins
# Tests kill containers on purpose, again and again: without this the kubelet would wait up to five minutes.
featureGates: {KubeletCrashLoopBackOffMax: true}
crashLoopBackOff: {maxContainerRestartPeriod: 2s}
failSwapOn: false
makeIPTablesUtilChains: false
maxPods: 250
# The disk of the machine is not the node's: how full it is must evict nobody.
evictionHard: {nodefs.available: 0%, nodefs.inodesFree: 0%, imagefs.available: 0%, imagefs.inodesFree: 0%, memory.available: 0%}
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
TEXT
  cp -- "$cluster/lib/node-keep" "$etc/node-keep"
  process_enter "$name/kubelet" "$name" --all -- setsid bash /etc/kubernetes/node-keep 1 \
    /opt/berth/bin/kubelet --config=/etc/kubernetes/kubelet.yaml \
    --kubeconfig=/etc/kubernetes/kubelet.kubeconfig --hostname-override="$name" --node-ip="10.200.0.$((10 + $1))"
}

# node_load NUMBER ARCHIVE: an image into the node's containerd.
node_load() {
  local pid
  pid=$(process_alive "node-$1") || fail "node-$1 does not run"
  nsenter --target "$pid" --all -- ctr --namespace k8s.io images import - <"$2" >>"$state/log/load.log" 2>&1 \
    || fail "node-$1 did not take $2: $(tail -n 1 "$state/log/load.log")"
}

node_answers() { nsenter --target "$(process_alive "node-$1")" --all -- ctr version; }

# As if somebody pulled the plug: no process is asked, no loop device stays attached, and no cgroup stays: a kubelet that
# comes back waits three seconds for each of a container that is no more.
node_end() {
  rm -f -- "$state/run/node-$1".*
  process_end "node-$1" KILL
  clean_loops "$state/nodes/node-$1"
  clean_cgroups "$cluster_cgroup/node-$1"
}
