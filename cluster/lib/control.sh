# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of the other parts; ../cluster sources them all
# Sourced. The control plane: etcd, kube-apiserver, kube-controller-manager and kube-scheduler, stock but for where they
# listen. They live in one network and one process namespace, called `control`. Its bridge joins the nodes:
#   10.200.0.1 control, 10.200.0.10+N node N, 10.201.N.0/24 pods of node N, 10.96.0.1 the service `kubernetes`.
# Every cluster has the same addresses, for none is ever seen outside. kubectl comes in through a port of the loopback.

readonly control_address=10.200.0.1 service_address=10.96.0.1

control_start() {
  if process_alive control >/dev/null; then return 0; fi
  process_spawn control unshare --fork --pid --net --kill-child "$binaries/bin/pause"
  process_child control
  local pid
  pid=$(process_alive control)
  # A bridge without an address of its own takes the lowest of its ports': it would change when a node goes or comes, and
  # the other nodes would not reach the API server until they had forgotten the old one.
  nsenter --target "$pid" --net ip -batch - <<TEXT
link set lo up
address add $service_address/32 dev lo
link add nodes address 02:00:0a:c8:00:01 type bridge
address add $control_address/24 dev nodes
link set nodes up
TEXT
  nsenter --target "$pid" --net sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
}

# One certificate that vouches for itself, and a token for each who calls: what an API server needs, and no more.
control_secrets() {
  local secrets=$state/secrets user
  if [[ -f $secrets/tokens.csv ]]; then return 0; fi
  mkdir -p "$secrets"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj /CN=kubernetes \
    -addext "subjectAltName=IP:$service_address,IP:$control_address,IP:127.0.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc" \
    -keyout "$secrets/server.key" -out "$secrets/server.crt" 2>"$state/log/openssl.log"
  openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$secrets/accounts.key" 2>>"$state/log/openssl.log"
  {
    control_token admin admin system:masters
    for user in system:kube-controller-manager system:kube-scheduler; do control_token "${user#system:kube-}" "$user" ""; done
    for user in $(seq "$cluster_most_nodes"); do control_token "node-$user" "system:node:node-$user" system:nodes; done
  } >"$secrets/tokens.new"
  mv "$secrets/tokens.new" "$secrets/tokens.csv"
}

# control_token FILE USER GROUP: a line of the token file; the token also in a file of its own.
control_token() {
  local token
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '%s' "$token" >"$state/secrets/$1.token"
  printf '%s,%s,%s,"%s"\n' "$token" "$2" "$2" "$3"
}

# control_kubeconfig FILE TOKEN-OF SERVER
control_kubeconfig() {
  cat >"$1.new" <<TEXT
apiVersion: v1
kind: Config
current-context: $cluster_name
contexts:
- name: $cluster_name
  context: {cluster: $cluster_name, user: $2}
clusters:
- name: $cluster_name
  cluster:
    server: $3
    certificate-authority-data: $(base64 -w0 "$state/secrets/server.crt")
users:
- name: $2
  user:
    token: $(<"$state/secrets/$2.token")
TEXT
  chmod 600 "$1.new"
  mv "$1.new" "$1"
}

control_run() {
  local name=$1
  shift
  process_alive "$name" >/dev/null || process_enter "$name" control --net --pid -- "$@"
}

etcd_start() {
  mkdir -p "$state/etcd"
  chmod 700 "$state/etcd"
  # Nothing here outlives the machine, and syncing the disk would make the tests measure the disk.
  control_run etcd "$binaries/bin/etcd" --data-dir "$state/etcd" --unsafe-no-fsync --logger zap --log-level warn
}

kube-apiserver_start() {
  local secrets=$state/secrets
  control_run kube-apiserver "$binaries/bin/kube-apiserver" --etcd-servers=http://127.0.0.1:2379 \
    --bind-address=0.0.0.0 --secure-port=443 --advertise-address="$control_address" --service-cluster-ip-range=10.96.0.0/16 \
    --tls-cert-file="$secrets/server.crt" --tls-private-key-file="$secrets/server.key" --token-auth-file="$secrets/tokens.csv" \
    --service-account-issuer=https://kubernetes.default.svc --service-account-key-file="$secrets/accounts.key" \
    --service-account-signing-key-file="$secrets/accounts.key" --authorization-mode=Node,RBAC \
    --enable-admission-plugins=NodeRestriction --allow-privileged=true --kubelet-preferred-address-types=InternalIP \
    --endpoint-reconciler-type=none
}

# Without leader election, so that a restart takes over at once; the rate limits and everything else are the stock ones.
kube-controller-manager_start() {
  local secrets=$state/secrets
  control_kubeconfig "$secrets/controller-manager.kubeconfig" controller-manager "https://$control_address"
  control_run kube-controller-manager "$binaries/bin/kube-controller-manager" --kubeconfig="$secrets/controller-manager.kubeconfig" \
    --service-account-private-key-file="$secrets/accounts.key" --root-ca-file="$secrets/server.crt" \
    --use-service-account-credentials=true --leader-elect=false
}

kube-scheduler_start() {
  control_kubeconfig "$state/secrets/scheduler.kubeconfig" scheduler "https://$control_address"
  control_run kube-scheduler "$binaries/bin/kube-scheduler" --kubeconfig="$state/secrets/scheduler.kubeconfig" --leader-elect=false
}

# From a port of the host's loopback through a unix socket, which every network namespace can open, to the API server.
proxy_start() {
  local port tries
  process_alive proxy-inner >/dev/null || { rm -f -- "$state/api.sock"; control_run proxy-inner \
    socat "UNIX-LISTEN:$state/api.sock,fork,backlog=128" "TCP:$control_address:443,nodelay"; }
  if process_alive proxy-outer >/dev/null; then return 0; fi
  for tries in $(seq 50); do
    port=$(cat "$state/port" 2>/dev/null || echo $((20000 + RANDOM % 10000)))
    process_spawn proxy-outer socat "TCP-LISTEN:$port,bind=127.0.0.1,reuseaddr,fork,backlog=128,nodelay" "UNIX-CONNECT:$state/api.sock"
    sleep 0.05
    if process_alive proxy-outer >/dev/null; then
      echo "$port" >"$state/port"
      control_kubeconfig "$state/kubeconfig" admin "https://127.0.0.1:$port"
      return 0
    fi
    rm -f -- "$state/port"
  done
  fail "no free port on 127.0.0.1 after $tries tries: $(process_last_words proxy-outer)"
}

kubectl_() { "$binaries/bin/kubectl" --kubeconfig "$state/kubeconfig" "$@"; }

# await SECONDS WHAT COMMAND...: until the command succeeds; where it does not, says what the processes said last.
await() {
  local seconds=$1 what=$2 until name
  shift 2
  until=$((SECONDS + seconds))
  while ! "$@" >/dev/null 2>&1; do
    if ((SECONDS >= until)); then
      for name in etcd kube-apiserver kube-controller-manager kube-scheduler; do
        process_alive "$name" >/dev/null || say "$name has ended: $(process_last_words "$name")"
      done
      fail "$what: not within $seconds s; logs: $state/log"
    fi
    sleep 0.1
  done
}

control_up() {
  control_start
  control_secrets
  proxy_start
  etcd_start
  kube-apiserver_start
}

# They end when the API server does not answer within ten seconds: elsewhere a kubelet starts them again, here await does.
control_clients() {
  kube-controller-manager_start
  kube-scheduler_start
}

service_account_there() {
  control_clients
  kubectl_ get serviceaccount default
}
